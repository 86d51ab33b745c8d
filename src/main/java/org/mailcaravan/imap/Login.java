package org.mailcaravan.imap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Credentials.OnBehalf;
import org.mailcaravan.imap.Credentials.Password;
import org.mailcaravan.imap.Credentials.Token;

/**
 * Logs in. A credential that is refused is not tried again by another mechanism, since servers lock
 * accounts after a few wrong passwords. Another mechanism follows only if the server does not
 * accept the first one at all: BAD, or NO before the credential was sent.
 */
public final class Login {
  private static final int SOH = 1;

  private final Conversation conversation;

  Login(Conversation conversation) {
    this.conversation = conversation;
  }

  /**
   * Logs in, learns the capabilities, and sends ENABLE and ID where the server has them.
   *
   * @return the ENABLE, which may still be under way, or null
   * @throws LoginRefused when the server does not let us in
   */
  @Nullable Command loginAndEnable(Credentials credentials) {
    login(credentials);
    if (!conversation.server().takeCapabilitiesTold()) {
      conversation.require(new Command("CAPABILITY"), "CAPABILITY");
    }
    return enable();
  }

  /**
   * Logs in with as few commands as possible.
   *
   * @param before what is known from an earlier connection of the same account, or null
   * @throws LoginRefused when the server does not let us in
   */
  void loginBriefly(Credentials credentials, @Nullable ServerState before) {
    login(credentials);
    if (!conversation.server().takeCapabilitiesTold()) {
      if (before == null) {
        conversation.require(new Command("CAPABILITY"), "CAPABILITY");
      } else {
        conversation.server().capabilities(before.capabilities());
      }
    }
    if (before != null && before.utf8() && !conversation.server().utf8()) {
      // The names of folders are known in that encoding.
      conversation.require(new Command("ENABLE"), "ENABLE UTF8=ACCEPT");
    }
  }

  /** Sends ENABLE and ID together; both may be refused. */
  private @Nullable Command enable() {
    Capabilities capabilities = conversation.capabilities();
    boolean utf8 = capabilities.has("UTF8=ACCEPT") || capabilities.has("UTF8=ONLY");
    List<String> wanted = new ArrayList<>();
    if (utf8) {
      wanted.add("UTF8=ACCEPT");
    }
    if (capabilities.hasModSeq()) {
      wanted.add("CONDSTORE");
    }
    if (capabilities.has("QRESYNC")) {
      wanted.add("QRESYNC");
    }
    List<Command> commands = new ArrayList<>();
    @Nullable Command enabling = null;
    if (capabilities.has("ENABLE") && !wanted.isEmpty()) {
      enabling = started("ENABLE", "ENABLE " + String.join(" ", wanted));
      commands.add(enabling);
    }
    if (capabilities.has("ID")) {
      commands.add(started("ID", "ID (\"name\" \"Mail Caravan\")"));
    }
    conversation.flush();
    if (utf8) {
      // The encoding of folder names depends on the answer.
      commands.forEach(command -> conversation.await(command.done()));
    }
    return enabling;
  }

  private Command started(String label, String text) {
    Command command = new Command(label).ofNoFolder();
    new CommandWriter(conversation, command).text(text).end();
    return command;
  }

  private void login(Credentials credentials) {
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
      // A lone separator acknowledges the error (RFC 7628 section 3.2.3).
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
   * @param given whether the credential was sent
   * @param error a further challenge, which describes the failure, as on the wire; or empty
   */
  private record Outcome(Completion completion, boolean given, String error) {
    boolean mechanismRefused() {
      return completion.kind() == Completion.Kind.BAD || !given;
    }
  }

  /**
   * @param toError our answer to a further challenge, which can only describe an error
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

  /** We cannot log in here; nothing was sent. */
  private static LoginRefused cannot(String why) {
    return new LoginRefused(new ServerRefusal(true, "", why));
  }
}
