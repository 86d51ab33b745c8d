package org.mailcaravan.imap;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.mailcaravan.imap.Credentials.OnBehalf;
import org.mailcaravan.imap.Credentials.Password;
import org.mailcaravan.imap.Credentials.Token;

/**
 * Logs in. After a NO to a credential nothing else is tried with it, since servers lock accounts
 * after a few wrong passwords; only where a server does not take the mechanism at all (BAD, or NO
 * before it was given the credential) another one is used.
 */
public final class Login {
  private static final int SOH = 1;

  private final Conversation conversation;

  Login(Conversation conversation) {
    this.conversation = conversation;
  }

  /**
   * @throws LoginRefused when the server does not let us in
   */
  void login(Credentials credentials) {
    conversation.display().hide(credentials);
    conversation.server().takeCapabilitiesTold();
    if (credentials instanceof Password password) {
      withPassword(password);
    } else if (credentials instanceof OnBehalf onBehalf) {
      onBehalf(onBehalf);
    } else if (credentials instanceof Token token) {
      withToken(token);
    }
  }

  private void withPassword(Password credentials) {
    String password = credentials.password().reveal();
    checkNoNul(password);
    boolean plain = conversation.capabilities().has("AUTH=PLAIN");
    boolean login = !conversation.capabilities().has("LOGINDISABLED");
    if (plain) {
      Outcome outcome = authenticate("PLAIN", plain("", credentials.username(), password), "");
      if (outcome.completion.ok()) {
        return;
      }
      if (!outcome.mechanismRefused() || !login) {
        throw new LoginRefused(outcome.completion.refusal());
      }
    } else if (!login) {
      throw cannot("the server offers no login with a password here (LOGINDISABLED)");
    }
    Command command = new Command("LOGIN");
    CommandWriter writer =
        new CommandWriter(conversation, command)
            .text("LOGIN ")
            .string(octets(credentials.username()))
            .text(" ")
            .string(octets(password));
    writer.end();
    check(conversation.await(command.done()));
  }

  private void onBehalf(OnBehalf credentials) {
    String password = credentials.password().reveal();
    checkNoNul(password);
    if (!conversation.capabilities().has("AUTH=PLAIN")) {
      throw cannot("the server does not offer AUTH=PLAIN, which acting for another user needs");
    }
    String response =
        plain(credentials.authorizationId(), credentials.authenticationId(), password);
    check(authenticate("PLAIN", response, "").completion);
  }

  private void withToken(Token credentials) {
    String token = credentials.token().reveal();
    checkNoNul(credentials.username() + token);
    char soh = (char) SOH;
    if (conversation.capabilities().has("AUTH=OAUTHBEARER")) {
      String user = credentials.username().replace("=", "=3D").replace(",", "=2C");
      String response = "n,a=" + user + "," + soh + "auth=Bearer " + token + soh + soh;
      // The error is acknowledged by a lone separator (RFC 7628 section 3.2.3).
      checkToken(authenticate("OAUTHBEARER", response, base64(String.valueOf(soh))));
    } else if (conversation.capabilities().has("AUTH=XOAUTH2")) {
      String response = "user=" + credentials.username() + soh + "auth=Bearer " + token + soh + soh;
      checkToken(authenticate("XOAUTH2", response, ""));
    } else {
      throw cannot("the server offers no login with a token (neither OAUTHBEARER nor XOAUTH2)");
    }
  }

  /**
   * How an AUTHENTICATE ended.
   *
   * @param given whether the server got the credential
   * @param error what a further challenge says of a failure, as it stood on the wire, or empty
   */
  private record Outcome(Completion completion, boolean given, String error) {
    boolean mechanismRefused() {
      return completion.kind() == Completion.Kind.BAD || !given;
    }
  }

  /**
   * @param toError the answer to a further challenge, which can only be an error's description
   */
  private Outcome authenticate(String mechanism, String response, String toError) {
    String encoded = base64(response);
    Command command = new Command("AUTHENTICATE " + mechanism);
    CommandWriter writer =
        new CommandWriter(conversation, command).text("AUTHENTICATE " + mechanism);
    Optional<String> challenge;
    boolean given = conversation.capabilities().has("SASL-IR");
    if (given) {
      challenge = writer.endLineAndAwait(" " + encoded);
    } else {
      challenge = writer.endLineAndAwait("");
      if (challenge.isPresent()) {
        given = true;
        challenge = writer.endLineAndAwait(encoded);
      }
    }
    String error = challenge.orElse("");
    for (int errors = 0; challenge.isPresent(); errors++) {
      // "*" cancels (RFC 9051 section 6.2.2).
      challenge = writer.endLineAndAwait(errors == 0 ? toError : "*");
    }
    return new Outcome(conversation.await(command.done()), given, error);
  }

  private String plain(String authorizationId, String authenticationId, String password) {
    checkNoNul(authorizationId + authenticationId + password);
    return authorizationId + '\0' + authenticationId + '\0' + password;
  }

  private static void checkNoNul(String value) {
    if (value.indexOf('\0') >= 0) {
      throw cannot("the user name or password holds a NUL character, which IMAP cannot carry");
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static void check(Completion completion) {
    if (!completion.ok()) {
      throw new LoginRefused(completion.refusal());
    }
  }

  private void checkToken(Outcome outcome) {
    if (!outcome.completion.ok()) {
      ServerRefusal refusal = outcome.completion.refusal();
      throw new LoginRefused(
          new ServerRefusal(
              refusal.bad(),
              refusal.code(),
              (refusal.text() + " " + conversation.display().of(TokenError.words(outcome.error)))
                  .strip()),
          true);
    }
  }

  /** A refusal of ours, before anything was sent. */
  private static LoginRefused cannot(String why) {
    return new LoginRefused(new ServerRefusal(true, "", why));
  }
}
