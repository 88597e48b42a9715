package io.nearside.proxy.expression;

/** The kinds of tokens that expressions are made of. */
enum TokenKind {
    END,
    NAME,
    NAME_PLACEHOLDER,
    VALUE_PLACEHOLDER,
    INDEX,
    COMMA,
    DOT,
    LEFT_PAREN,
    RIGHT_PAREN,
    LEFT_BRACKET,
    RIGHT_BRACKET,
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE,
    PLUS,
    MINUS,
    AND,
    OR,
    NOT,
    BETWEEN,
    IN,
    SET,
    REMOVE,
    ADD,
    DELETE,
    /** A character that no token starts with. */
    UNKNOWN
}
