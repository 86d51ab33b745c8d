package org.mailcaravan.oauth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.model.PassStopped;
import org.mailcaravan.model.Secret;
import org.mailcaravan.settings.OAuthProfile;
import org.mailcaravan.settings.OAuthProfile.DeviceCode;

/**
 * Lets a person agree in a browser and waits for it (RFC 8628). Bounded by the time that the code
 * is good for, at most half an hour. Thread-safe.
 */
final class DeviceLogin {
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  /** RFC 8628 section 3.5: where the server says nothing, and for each time it says slow_down. */
  private static final int INTERVAL = 5;

  private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

  private final TokenServer server;
  private final DevicePrompt prompt;
  private final UntilStopped person;
  private final Clock clock;

  DeviceLogin(TokenServer server, DevicePrompt prompt, UntilStopped person, Clock clock) {
    this.server = server;
    this.prompt = prompt;
    this.person = person;
    this.clock = clock;
  }

  /**
   * Asks and waits.
   *
   * @throws PassStopped when the program stops
   */
  TokenAnswer token(OAuthProfile profile, DeviceCode grant, String user) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("client_id", profile.clientId());
    if (!profile.scope().isEmpty()) {
      form.put("scope", profile.scope());
    }
    TokenServer.Reply begun = server.post(grant.deviceUrl(), form, List.of());
    if (begun.busy() != null) {
      return begun.busy();
    }
    Secret deviceCode = Secret.of(begun.text("device_code"));
    // Google's older servers say verification_url.
    String told = begun.text("verification_uri");
    String url = told.isEmpty() ? begun.text("verification_url") : told;
    String code = begun.text("user_code");
    if (begun.status() != 200) {
      return TokenServer.refusal(begun, List.of());
    }
    if (deviceCode.isEmpty() || code.isEmpty() || !url.startsWith("https://")) {
      return new TokenAnswer.Refused("", "the answer holds no code for a browser");
    }
    Duration time =
        TokenServer.bounded(begun.seconds("expires_in", SHORTEST.toSeconds()), SHORTEST, LONGEST);
    prompt.ask(user, TokenServer.shown(url, List.of()), TokenServer.shown(code, List.of()), time);
    form.clear();
    form.put("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    form.put("client_id", profile.clientId());
    form.put("device_code", deviceCode.reveal());
    if (!grant.clientSecret().isEmpty()) {
      form.put("client_secret", grant.clientSecret().reveal());
    }
    return polled(
        profile,
        form,
        List.of(deviceCode, grant.clientSecret()),
        clock.instant().plus(time),
        begun.seconds("interval", INTERVAL));
  }

  private TokenAnswer polled(
      OAuthProfile profile,
      Map<String, String> form,
      List<Secret> secrets,
      Instant end,
      long firstInterval) {
    long interval = firstInterval;
    while (clock.instant().isBefore(end)) {
      Duration wait = TokenServer.bounded(interval, Duration.ofSeconds(1), LONGEST_INTERVAL);
      if (!person.await(wait)) {
        throw new PassStopped("the program stops");
      }
      TokenServer.Reply reply = server.post(profile.tokenUrl(), form, secrets);
      switch (reply.text("error")) {
        case "authorization_pending" -> {}
        case "slow_down" -> interval = wait.toSeconds() + INTERVAL;
        default -> {
          if (reply.busy() == null) {
            return server.tokenIn(reply, secrets);
          }
          // RFC 8628 section 3.5: after a failure to connect, less often.
          interval = wait.toSeconds() * 2;
        }
      }
    }
    return new TokenAnswer.Refused(
        "expired_token", "expired_token: nobody has entered the code in time");
  }
}
