package io.nearside.proxy.expression;

/** What a kind of expression says about the functions in it. */
interface FunctionCheck {
    /** A function of this name is about to be called. */
    void called(String name);

    /** The operand that a call stands for; notes a fault, and returns some operand, if it cannot stand for one. */
    Operand asOperand(Term.Call call);
}
