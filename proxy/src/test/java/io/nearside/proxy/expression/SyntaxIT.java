package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What this parser says to an expression against what DynamoDB Local says to it, word for word. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SyntaxIT {
    private static final String TABLE = "expression-syntax";
    private static final int RANDOM_EXPRESSIONS = 2_500;

    private static final Map<String, String> NAMES = Map.of("#n", "alpha", "#m", "with.dot");
    private static final Map<String, String> VALUES = new TreeMap<>(Map.of(
            ":n", "{\"N\":\"1\"}",
            ":m", "{\"N\":\"2.0\"}",
            ":s", "{\"S\":\"x\"}",
            ":b", "{\"B\":\"AA==\"}",
            ":t", "{\"BOOL\":true}",
            ":ss", "{\"SS\":[\"a\",\"b\"]}",
            ":l", "{\"L\":[]}",
            ":ty", "{\"S\":\"SS\"}"));

    static final List<String> PROJECTIONS = List.of(
            "a",
            "a.b[1]",
            "a . b [ 1 ]",
            "a.b[ 01 ]",
            "",
            "  ",
            "a,",
            "a,  ",
            "a ,\n",
            "a..b",
            " a..b",
            "a.",
            "a.b. ",
            ".a",
            "  .a",
            "a[",
            "a[]",
            "a[-1]",
            "a[x]",
            "a b",
            "\ta b  ",
            "a,,b",
            "a[1",
            "a]",
            "1a",
            "_a",
            "a_b",
            "a-b",
            "a$",
            "é",
            "a.é",
            "\"a\"",
            "a.b[1],a.b",
            "a.b,a.b[1]",
            "a,a",
            "a.b,a[0]",
            "l[0],l.x",
            "a.b,c,a.b.d,c",
            "p,name",
            "a.name",
            "NaMe",
            "abs(a)",
            "a.b[99999999999999999999]",
            "a.b[2147483648]",
            "a=b",
            ":n",
            "#",
            "#n",
            "#x",
            "#n,alpha",
            "#n.#m",
            "#n-b",
            "a.#",
            "(a)",
            "a.(b)",
            "a\u00a0b",
            "AND",
            "and",
            "a . and",
            "a,SET",
            "set.a",
            "a;b",
            "a,b c",
            "a[1]b",
            "a #n",
            "remove",
            "delete",
            "a.In",
            "notes",
            "in_a");

    static final List<String> CONDITIONS = List.of(
            "a",
            "a b",
            "a =",
            "a=:n",
            "a==:n",
            "a<>:n",
            "a!=:n",
            "a < > :n",
            "a<=:n",
            "a=<:n",
            ":n=a",
            ":n=:n",
            "(a)=:n",
            "((a))=:n",
            "(a=:n)",
            "((a=:n))",
            "(((a=:n)))",
            "((a)=:n)",
            "((a=:n) and (a=:n))",
            "NOT a=:n",
            "not not a=:n",
            "not(a=:n)",
            "nota=:n",
            "a=:n and",
            "a=:n or a=:n and a=:n",
            "a between :n and :m",
            "a between :n and :m and a=:n",
            "a between (:n) and (:m)",
            "a between :n or :m",
            "a in (:n)",
            "a in :n",
            "a in (:n,:m)",
            "a in ()",
            "a in (b,a)",
            "a in ((:n))",
            "a IN (:n,)",
            "size(a)=:n",
            "size(a)",
            "Size(a)=:n",
            "a=size(b)",
            "size(size(a))=:n",
            "attribute_exists(a)",
            "attribute_exists(a)=:n",
            "attribute_exists(:n)",
            "attribute_exists(a,b)",
            "attribute_exists()",
            "attribute_exists((a))",
            "attribute_exists(size(a))",
            "contains(a,:n)",
            "contains(:n,a)",
            "contains(a,a)",
            "contains(:n,:n)",
            "begins_with(a,:n)",
            "begins_with(a,:s)",
            "begins_with(a,:b)",
            "begins_with(size(a),:s)",
            "contains(size(a),:n)",
            "foo(a)",
            "foo(a)=:n",
            "a=foo(b)",
            "a=a",
            "a<a",
            "(a)=(a)",
            "#x=:n",
            "a=:zz",
            "name=:n",
            "name=:zz",
            "a and b",
            "a=:n and b",
            ":n",
            "#n",
            "a+b=:n",
            "a=:n+:n",
            "a=1",
            "a='x'",
            "a=:n;",
            "a=:n)",
            "(a=:n",
            "  (a=:n  ",
            "a=:n a=:n",
            "=:n",
            "  =:n",
            "and",
            "a=and",
            "or a=:n",
            "a=:n and and a=:n",
            "a=:n && b=:n",
            "[0]=:n",
            "a.0=:n",
            "(a.b)[0]=:n",
            "(a).b=:n",
            "a between a and a",
            "b between a and a",
            "a=_b",
            "a=:n_1",
            "a=:",
            "set=:n",
            "in=:n",
            "a IS NULL",
            "a=null",
            "exists(a)",
            "a=:n\u000cand b=:n",
            "a.#x=:n",
            "a = : n",
            "a[:n]=:n",
            "a#n=:n",
            "a:n",
            "contains(a :n)",
            "contains(a,)",
            "contains(,a)",
            "contains(a",
            "contains a",
            "attribute_type(a,:ty)",
            "attribute_type(a,:n)",
            "not a",
            "not",
            "a in (attribute_exists(b))",
            "a=contains(a,:n)",
            "()",
            "(()",
            "(a",
            "((a)",
            "(a)",
            "((a=:n)",
            "(a=:n))",
            "((a)=(:n))",
            "(a=:n or (b=:n))",
            "(not a=:n)",
            "not ((a=:n))",
            "((not a=:n))",
            "( ( a = :n ) )",
            "(size(a))=:n",
            "((size(a)))=:n",
            "(attribute_exists(a))",
            "((attribute_exists(a)))",
            "(a and b=:n)",
            "(a in (:n)) = :n",
            "size(a)=:n=:n",
            "contains((a=:n),:n)",
            "a = not b",
            "a = (b = :n)",
            "size(((a)))=:n",
            "size(a=:n)=:n",
            "a between :m and :n",
            "a between :s and :n",
            "a between :ss and :ss",
            "a<:ss",
            "a<:t",
            "a<:l",
            "a=:l",
            "size(:t)=:n",
            "size(:s)=:n",
            "a in (:ss)",
            "size(a)<:ss",
            "size(a)=size(a)",
            "attribute_type(a,:ty,:ty)",
            "size(a,b)=:n",
            "attribute_exists(a) or foo(b) or name=:n or ((a=:n)) or a=:q",
            "attribute_exists(a,b) or name=:n",
            "name=:q or #z=:n or a=a",
            "foo(a) and attribute_exists(b)=:n",
            "(not size(a))",
            "a.b.c[0].d=:n and a[0]=:q",
            "not ".repeat(299) + "a=:n",
            "not ".repeat(300) + "a=:n",
            "a=:n" + " ".repeat(4093));

    static final List<String> UPDATES = List.of(
            "SET a=:n",
            "set a=:n",
            "SET a=:n, b=:n",
            "SET a=:n,",
            "SET",
            "SET a",
            "SET a=",
            "SET a=:n SET b=:n",
            "SET a=:n REMOVE b",
            "REMOVE b SET a=:n",
            "REMOVE a, b",
            "REMOVE a,b,",
            "ADD a :n",
            "ADD a :s",
            "ADD a :ss",
            "ADD a b",
            "DELETE a :n",
            "DELETE a :ss",
            "SET a=:n, a=:n",
            "SET a=:n REMOVE a",
            "SET a.b=:n, a=:n",
            "SET a.b=:n, a[0]=:n",
            "SET a=a+:n",
            "SET a=:n+:m",
            "SET a=:n+:n+:n",
            "SET a=(:n+:m)",
            "SET a=((:n))",
            "SET a=(:n)",
            "SET a=(a)+(:n)",
            "SET a=((:n)+(:n))",
            "SET a=(((:n)+(:n)))",
            "SET a=:n+(:n+:n)",
            "SET a=if_not_exists(a,:n)+:n",
            "SET a=list_append(:l,:l)",
            "SET a=list_append(if_not_exists(a,:l),:l)",
            "SET a=if_not_exists(:n,:n)",
            "SET a=size(a)",
            "SET a=foo(a)",
            "SET name=:n",
            "SET a=name",
            "SET #x=:n",
            "SET a=:zz",
            "SET (a)=:n",
            "SET a = :n WHERE",
            "FOO a",
            "",
            "  ",
            "SET a=:s+:n",
            "SET a=list_append(:n,:l)",
            "SET a=attribute_exists(a)",
            "SET a==:n",
            "REMOVE a[0], a[1]",
            "SET a=:n ADD a :n",
            "SET a=:n, ADD b :n",
            "SET a=(b",
            "SET a=if_not_exists(a)",
            "SET a=if_not_exists((a),:n)",
            "SET a:n",
            "REMOVE",
            "REMOVE :n",
            "REMOVE #x",
            "ADD",
            "DELETE a",
            "ADD a :n b :n",
            "ADD a (:n)",
            "SET a=:n;",
            "SET a=:n AND b=:n",
            "SET a=and",
            "SETa=:n",
            "SET #n=:n, alpha=:n",
            "SET name=foo(a), a=:n, a=:n");

    private final LocalDynamoDb dynamoDb = new LocalDynamoDb();

    @BeforeAll
    void createTable() {
        dynamoDb.createTable(TABLE, "");
    }

    @ParameterizedTest
    @FieldSource("PROJECTIONS")
    void projection_anyText_isJudgedLikeDynamoDb(String text) {
        compare(ExpressionKind.PROJECTION, text);
    }

    @ParameterizedTest
    @FieldSource("CONDITIONS")
    void filter_anyText_isJudgedLikeDynamoDb(String text) {
        compare(ExpressionKind.FILTER, text);
    }

    @ParameterizedTest
    @FieldSource("UPDATES")
    void update_anyText_isJudgedLikeDynamoDb(String text) {
        compare(ExpressionKind.UPDATE, text);
    }

    @ParameterizedTest
    @EnumSource(names = {"PROJECTION", "FILTER", "UPDATE"})
    void expression_atRandom_isJudgedLikeDynamoDb(ExpressionKind kind) {
        long seed = 20_261_120L + kind.parameter().length();
        RandomExpressions random = new RandomExpressions(new Random(seed));
        int accepted = 0;
        for (int i = 0; i < RANDOM_EXPRESSIONS; i++) {
            String text = random.next(kind);
            if (text.matches("(?s).*\\.\\s*:.*")) {
                continue; // DynamoDB Local takes a value for a name here, and answers with an internal error.
            }
            String here = here(kind, text);
            String there = there(kind, text);
            assertThat(verdict(here, there))
                    .as("%s of seed %d, run %d: %s", kind, seed, i, text)
                    .isEqualTo(verdict(there, here));
            accepted += here.isEmpty() ? 1 : 0;
        }
        assertThat(accepted)
                .as("accepted of seed %d", seed)
                .isBetween(RANDOM_EXPRESSIONS / 10, RANDOM_EXPRESSIONS * 9 / 10);
    }

    @Test
    void reservedWords_exceptThoseDynamoDbLocalLetsPass_areReserved() {
        List<String> missing = new ArrayList<>();
        for (String word :
                List.of("abort", "Zone", "TTL", "status", "year", "localtimestamp", "SPECIFICTYPE", "struct")) {
            if (!there(ExpressionKind.PROJECTION, word).equals(here(ExpressionKind.PROJECTION, word))) {
                missing.add(word);
            }
        }
        assertThat(missing).isEmpty();
    }

    private void compare(ExpressionKind kind, String text) {
        assertThat(comparable(here(kind, text))).isEqualTo(comparable(there(kind, text)));
    }

    /**
     * A message without its examples. Of several pairs of paths that overlap, which one is named depends on the order of a
     * hash map over there; the operands of BETWEEN are shown here as canonical values, there as objects of its own.
     */
    private static String comparable(String message) {
        return message.replaceFirst("; (path one|lower bound operand|first operand): .*", "")
                .replaceFirst("(Two document paths) (overlap|conflict)", "$1 clash");
    }

    /**
     * Accepted, refused for its syntax (in which words), or refused for one of its other faults. A text may have several of
     * these, and redundant parentheses over there are noticed somewhat later than here.
     */
    private static String verdict(String message, String other) {
        boolean syntax = message.contains("Syntax error") && !other.contains("redundant parentheses");
        return message.isEmpty() || syntax ? message : "refused";
    }

    /** What this parser says: nothing, or a message. */
    private static String here(ExpressionKind kind, String text) {
        Map<String, AttributeValue> values = LocalDynamoDb.attributes(valuesIn(text));
        Map<String, String> names = namesIn(text);
        try {
            Placeholders placeholders =
                    Placeholders.of(names.isEmpty() ? null : names, values.isEmpty() ? null : values);
            ExpressionParser parser = new ExpressionParser(placeholders);
            byte[] utf8 = text.getBytes(UTF_8);
            switch (kind) {
                case PROJECTION -> parser.projection(utf8);
                case UPDATE -> parser.update(utf8);
                case FILTER, CONDITION, KEY_CONDITION -> parser.condition(kind, utf8);
            }
            return "";
        } catch (InvalidExpressionException e) {
            return e.getMessage();
        }
    }

    /** What DynamoDB Local says of the expression; what it says of an item is no matter here. */
    private String there(ExpressionKind kind, String text) {
        String values = kind == ExpressionKind.PROJECTION ? "{}" : valuesIn(text);
        String common = "{\"TableName\":\"" + TABLE + "\"," + quotedMember(kind.parameter(), text)
                + optional("ExpressionAttributeNames", LocalDynamoDb.object(namesIn(text)))
                + optional("ExpressionAttributeValues", values);
        String answer = switch (kind) {
            case PROJECTION -> dynamoDb.call("GetItem", common + ",\"Key\":{\"p\":{\"S\":\"k\"}}}");
            case UPDATE -> dynamoDb.call("UpdateItem", common + ",\"Key\":{\"p\":{\"S\":\"k\"}}}");
            case FILTER, CONDITION, KEY_CONDITION -> dynamoDb.call("Scan", common + "}");
        };
        String message = LocalDynamoDb.message(answer);
        return message.startsWith("Invalid " + kind.parameter()) ? message : "";
    }

    private static String quotedMember(String name, String text) {
        return "\"" + name + "\":" + LocalDynamoDb.quoted(text);
    }

    private static String optional(String member, String object) {
        return object.equals("{}") ? "" : ",\"" + member + "\":" + object;
    }

    /** The names that a text mentions: DynamoDB refuses others before it looks at the text. */
    private static Map<String, String> namesIn(String text) {
        Map<String, String> mentioned = new TreeMap<>(NAMES);
        mentioned.keySet().removeIf(name -> !mentions(text, name));
        return mentioned;
    }

    private static String valuesIn(String text) {
        List<String> members = new ArrayList<>();
        VALUES.forEach((name, value) -> {
            if (mentions(text, name)) {
                members.add("\"" + name + "\":" + value);
            }
        });
        return "{" + String.join(",", members) + "}";
    }

    private static boolean mentions(String text, String placeholder) {
        Matcher matcher = Pattern.compile("[#:][A-Za-z0-9_]+").matcher(text);
        while (matcher.find()) {
            if (matcher.group().equals(placeholder)) {
                return true;
            }
        }
        return false;
    }
}
