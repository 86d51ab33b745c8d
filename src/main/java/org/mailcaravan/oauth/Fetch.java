package org.mailcaravan.oauth;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;
import org.mailcaravan.settings.OAuthProfile;
import org.mailcaravan.settings.OAuthProfile.ClientCertificate;
import org.mailcaravan.settings.OAuthProfile.ClientSecret;
import org.mailcaravan.settings.OAuthProfile.DeviceCode;
import org.mailcaravan.settings.OAuthProfile.RefreshToken;
import org.mailcaravan.settings.OAuthProfile.ServiceAccount;

/** Fetches a token in the way of a profile. Thread-safe. */
final class Fetch {
  private final TokenServer server;
  private final Assertions assertions;
  private final DeviceLogin device;

  Fetch(TokenServer server, DevicePrompt prompt, UntilStopped person, Clock clock) {
    this.server = server;
    this.assertions = new Assertions(clock);
    this.device = new DeviceLogin(server, prompt, person, clock);
  }

  /**
   * Asks the token server once, or lets a person agree.
   *
   * @param refreshToken what came with an earlier token, or null
   */
  TokenAnswer token(OAuthProfile profile, String user, @Nullable Secret refreshToken)
      throws Assertions.UnusableKey {
    if (profile.grant() instanceof ClientSecret grant) {
      return asked(profile, "client_credentials", "client_secret", grant.secret(), Map.of());
    }
    if (profile.grant() instanceof ClientCertificate grant) {
      return asked(
          profile,
          "client_credentials",
          "client_assertion",
          assertions.ofClient(profile.clientId(), profile.tokenUrl(), grant),
          Map.of(
              "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    }
    if (profile.grant() instanceof ServiceAccount grant) {
      Secret assertion =
          assertions.ofServiceAccount(user, profile.scope(), profile.tokenUrl(), grant);
      return server.token(
          profile.tokenUrl(),
          Map.of(
              "grant_type",
              "urn:ietf:params:oauth:grant-type:jwt-bearer",
              "assertion",
              assertion.reveal()),
          List.of(assertion));
    }
    if (profile.grant() instanceof RefreshToken grant) {
      return refreshed(
          profile, grant.clientSecret(), refreshToken == null ? grant.token() : refreshToken);
    }
    DeviceCode grant = (DeviceCode) profile.grant();
    return refreshToken == null
        ? device.token(profile, grant, user)
        : refreshed(profile, grant.clientSecret(), refreshToken);
  }

  private TokenAnswer refreshed(OAuthProfile profile, Secret clientSecret, Secret refreshToken) {
    Map<String, String> more = new LinkedHashMap<>();
    if (!clientSecret.isEmpty()) {
      more.put("client_secret", clientSecret.reveal());
    }
    return asked(profile, "refresh_token", "refresh_token", refreshToken, more);
  }

  private TokenAnswer asked(
      OAuthProfile profile,
      String grantType,
      String proofName,
      Secret proof,
      Map<String, String> more) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", grantType);
    form.put("client_id", profile.clientId());
    if (!profile.scope().isEmpty()) {
      form.put("scope", profile.scope());
    }
    form.put(proofName, proof.reveal());
    form.putAll(more);
    String clientSecret = more.getOrDefault("client_secret", "");
    return server.token(profile.tokenUrl(), form, List.of(proof, Secret.of(clientSecret)));
  }
}
