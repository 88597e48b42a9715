package io.nearside.proxy.auth;

/**
 * Who may come in and what they may do.
 *
 * @param authenticator finds out who sent a request
 * @param authorizer decides whether they may do what it asks
 */
public record AccessControl(Authenticator authenticator, Authorizer authorizer) {}
