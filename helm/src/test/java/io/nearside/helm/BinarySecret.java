package io.nearside.helm;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;

/**
 * A Secret in Kubernetes' binary form, in which Helm sends its records of releases. Field numbers are those of Kubernetes'
 * {@code generated.proto}.
 */
final class BinarySecret {

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int ENVELOPE_RAW = 2;
    private static final int SECRET_METADATA = 1;
    private static final int SECRET_DATA = 2;
    private static final int SECRET_TYPE = 3;
    private static final int METADATA_NAME = 1;
    private static final int METADATA_LABELS = 11;

    private BinarySecret() {}

    static boolean is(byte[] body) {
        return body.length > MAGIC.length && Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** The same as JSON, as far as Helm fills it. */
    static ObjectNode read(byte[] body) throws InvalidProtocolBufferException {
        UnknownFieldSet envelope =
                UnknownFieldSet.parseFrom(ByteString.copyFrom(body, MAGIC.length, body.length - MAGIC.length));
        UnknownFieldSet secret = UnknownFieldSet.parseFrom(field(envelope, ENVELOPE_RAW));
        UnknownFieldSet metadata = UnknownFieldSet.parseFrom(field(secret, SECRET_METADATA));
        ObjectNode json = JsonMapper.builder()
                .build()
                .createObjectNode()
                .put("apiVersion", "v1")
                .put("kind", "Secret")
                .put("type", field(secret, SECRET_TYPE).toStringUtf8());
        ObjectNode named = json.putObject("metadata")
                .put("name", field(metadata, METADATA_NAME).toStringUtf8());
        entries(metadata, METADATA_LABELS, named.putObject("labels"), ByteString::toStringUtf8);
        entries(
                secret,
                SECRET_DATA,
                json.putObject("data"),
                value -> new String(Base64.getEncoder().encode(value.toByteArray()), StandardCharsets.US_ASCII));
        return json;
    }

    private static void entries(UnknownFieldSet message, int number, ObjectNode into, Function<ByteString, String> text)
            throws InvalidProtocolBufferException {
        for (ByteString entry : message.getField(number).getLengthDelimitedList()) {
            UnknownFieldSet pair = UnknownFieldSet.parseFrom(entry);
            into.put(field(pair, 1).toStringUtf8(), text.apply(field(pair, 2)));
        }
    }

    private static ByteString field(UnknownFieldSet message, int number) {
        return message.getField(number).getLengthDelimitedList().stream()
                .findFirst()
                .orElse(ByteString.EMPTY);
    }
}
