package io.nearside.proxy.auth;

import io.nearside.proxy.operation.ApiException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of {@code Authorization: AWS4-HMAC-SHA256 Credential=KEY/DAY/REGION/SERVICE/aws4_request,
 * SignedHeaders=A;B, Signature=HEX}.
 *
 * @param signedHeaders as sent, lower case, separated by semicolons
 */
record AuthorizationHeader(
        String accessKeyId, String day, String region, String service, String signedHeaders, String signature) {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";

    /** Reads the header; refuses as DynamoDB does when a part is missing. */
    static AuthorizationHeader parse(String header) {
        // DynamoDB takes a comma there, too, and some signers write one.
        if (!header.startsWith(ALGORITHM + " ") && !header.startsWith(ALGORITHM + ",")) {
            throw ApiException.framework(
                    "IncompleteSignatureException", "Unsupported AWS 'algorithm': '" + header + "'.");
        }
        String credential = part(header, "Credential");
        String signedHeaders = part(header, "SignedHeaders");
        String signature = part(header, "Signature");
        if (credential == null || signedHeaders == null || signature == null) {
            throw incomplete(header, credential, signedHeaders, signature);
        }
        List<String> scope = List.of(credential.split("/", -1));
        if (scope.size() != 5 || !scope.get(4).equals("aws4_request")) {
            throw ApiException.framework(
                    "IncompleteSignatureException",
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"
                            + credential + "'");
        }
        return new AuthorizationHeader(
                scope.get(0), scope.get(1), scope.get(2), scope.get(3), signedHeaders, signature);
    }

    /** What a signature of this scope is derived for. */
    String scope() {
        return day + "/" + region + "/" + service + "/aws4_request";
    }

    private static @Nullable String part(String header, String name) {
        String prefix = name + "=";
        for (int from = ALGORITHM.length(); from < header.length(); ) {
            int comma = header.indexOf(',', from);
            int end = comma < 0 ? header.length() : comma;
            String candidate = header.substring(from, end).strip();
            if (candidate.startsWith(prefix)) {
                return candidate.substring(prefix.length());
            }
            from = end + 1;
        }
        return null;
    }

    private static ApiException incomplete(
            String header, @Nullable String credential, @Nullable String signedHeaders, @Nullable String signature) {
        StringBuilder message = new StringBuilder();
        require(message, credential, "Credential");
        require(message, signature, "Signature");
        require(message, signedHeaders, "SignedHeaders");
        message.append("Authorization=").append(header);
        return ApiException.framework("IncompleteSignatureException", message.toString());
    }

    private static void require(StringBuilder message, @Nullable String value, String name) {
        if (value == null) {
            message.append("Authorization header requires '").append(name).append("' parameter. ");
        }
    }
}
