package io.nearside.proxy.auth;

import io.nearside.proxy.operation.ApiException;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Verifies Signature Version 4 against configured access keys, as DynamoDB does: the host, the date and every
 * {@code x-amz-*} header that names the operation must be signed, the body's hash is always part of it, and a signature
 * is good for five minutes around its date.
 *
 * <p>Source: AWS General Reference, "Create a signed AWS API request".
 */
public final class SignatureAuthenticator implements Authenticator {

    private static final Duration VALIDITY = Duration.ofMinutes(5);
    private static final DateTimeFormatter AMZ_DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Map<String, SigningAccount> accounts;
    private final String region;
    private final InstantSource wall;

    /** @param region the only region that signatures may be scoped to */
    public SignatureAuthenticator(Collection<AccessKey> keys, String region, InstantSource wall) {
        this.accounts = keys.stream()
                .map(SigningAccount::new)
                .collect(Collectors.toUnmodifiableMap(SigningAccount::accessKeyId, Function.identity()));
        this.region = region;
        this.wall = wall;
    }

    @Override
    public void checkHead(RequestHead head) {
        candidate(head);
    }

    @Override
    public Caller authenticate(RequestHead head, Buffer body) {
        Candidate candidate = candidate(head);
        AuthorizationHeader authorization = candidate.authorization;
        SigningAccount account = candidate.account;
        String date = candidate.date;
        String canonical = CanonicalRequest.of(head, authorization.signedHeaders(), body);
        byte[] expected = account.signature(authorization.scope(), date, canonical);
        if (!MessageDigest.isEqual(expected, authorization.signature().getBytes(US_ASCII))) {
            throw invalid(
                    "The request signature we calculated does not match the signature you provided. Check your AWS"
                            + " Secret Access Key and signing method. Consult the service documentation for details.");
        }
        return account.caller();
    }

    /** Who signed a request, if the signature is right. */
    private record Candidate(AuthorizationHeader authorization, SigningAccount account, String date) {}

    /** All that can be checked without the body. */
    private Candidate candidate(RequestHead head) {
        String header = head.headers().get("Authorization");
        if (header == null) {
            throw ApiException.framework(
                    "MissingAuthenticationTokenException", "Request is missing Authentication Token");
        }
        AuthorizationHeader authorization = AuthorizationHeader.parse(header);
        SigningAccount account = accounts.get(authorization.accessKeyId());
        if (account == null) {
            throw ApiException.framework(
                    "UnrecognizedClientException", "The security token included in the request is invalid.");
        }
        String date = checkDate(head.headers().get("X-Amz-Date"), authorization);
        checkScope(authorization);
        checkSignedHeaders(head, authorization);
        return new Candidate(authorization, account, date);
    }

    private String checkDate(@Nullable String date, AuthorizationHeader authorization) {
        if (date == null) {
            throw ApiException.framework(
                    "IncompleteSignatureException",
                    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
        }
        Instant signed;
        try {
            signed = AMZ_DATE.parse(date, Instant::from);
        } catch (DateTimeParseException e) {
            throw ApiException.framework(
                    "IncompleteSignatureException", "Date must be in ISO-8601 'basic format'. Got '" + date + "'.");
        }
        if (!date.startsWith(authorization.day())) {
            throw invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"
                    + authorization.day() + "' != '" + date + "'.");
        }
        checkAge(date, signed);
        return date;
    }

    private void checkAge(String date, Instant signed) {
        Instant now = wall.instant();
        if (signed.isBefore(now.minus(VALIDITY))) {
            throw invalid("Signature expired: " + date + " is now earlier than " + AMZ_DATE.format(now.minus(VALIDITY))
                    + " (" + AMZ_DATE.format(now) + " - 5 min.)");
        }
        if (signed.isAfter(now.plus(VALIDITY))) {
            throw invalid("Signature not yet current: " + date + " is still later than "
                    + AMZ_DATE.format(now.plus(VALIDITY)) + " (" + AMZ_DATE.format(now) + " + 5 min.)");
        }
    }

    private void checkScope(AuthorizationHeader authorization) {
        if (!authorization.region().equals(region)) {
            throw invalid("Credential should be scoped to a valid region, not '" + authorization.region() + "'. ");
        }
        if (!authorization.service().equals("dynamodb")) {
            throw invalid("Credential should be scoped to correct service: 'dynamodb'. ");
        }
    }

    /** An unsigned {@code X-Amz-Target} would let anybody turn a captured read into a delete. */
    private static void checkSignedHeaders(RequestHead head, AuthorizationHeader authorization) {
        List<String> signed = List.of(authorization.signedHeaders().split(";", -1));
        boolean targetCovered = !head.headers().contains("X-Amz-Target") || signed.contains("x-amz-target");
        if (!signed.contains("host") || !signed.contains("x-amz-date") || !targetCovered) {
            throw invalid("'Host', 'X-Amz-Date' and 'X-Amz-Target' must be among the SignedHeaders.");
        }
    }

    private static ApiException invalid(String message) {
        return ApiException.framework("InvalidSignatureException", message);
    }
}
