package org.mailcaravan.server;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Carries out the commands of one connection, as the RFCs say. */
final class HostCommands {
  private final HostSession session;
  private final HostFolderCommands folders;
  private final HostMessageCommands messages;
  private int toldMessages;

  HostCommands(HostSession session) {
    this.session = session;
    this.folders = new HostFolderCommands(session);
    this.messages = new HostMessageCommands(session);
  }

  Answer answer(ImapCommand command) {
    HostFolder before = session.selected();
    Answer answer = carriedOut(command);
    HostFolder now = session.selected();
    if (now != null && now == before && !command.is("FETCH", "STORE")) {
      answer = withNews(now, answer);
    }
    toldMessages = now == null ? 0 : now.count();
    return answer;
  }

  /** Whoever has a folder open is told that more has come. */
  private Answer withNews(HostFolder folder, Answer answer) {
    int count = folder.count();
    return count > toldMessages ? answer.after(count + " EXISTS") : answer;
  }

  private Answer carriedOut(ImapCommand command) {
    ImapHost host = session.host();
    return switch (command.name()) {
      case ImapCommand.GREETING ->
          Answer.silence().after("OK [CAPABILITY " + host.capabilities() + "] " + host.greeting());
      case "CAPABILITY" -> Answer.ok("these").after("CAPABILITY " + host.capabilities());
      case "NOOP", "CHECK" -> Answer.ok("nothing done");
      case "LOGOUT" -> Answer.ok("gone").after("BYE until then");
      case "LOGIN" -> login(command.argument(0), command.argument(0), command.argument(1));
      case "AUTHENTICATE" -> authenticate(command.argument(0), command.argument(1));
      case "ID" -> Answer.ok("pleased").after("ID NIL");
      default -> ofAccount(command);
    };
  }

  private Answer ofAccount(ImapCommand command) {
    HostAccount account = session.account();
    if (account == null) {
      return Answer.bad("log in first");
    }
    Answer ofFolders = folders.answer(command, account);
    return ofFolders != null ? ofFolders : messages.answer(command, account);
  }

  private Answer authenticate(String mechanism, String response) {
    if (!mechanism.equalsIgnoreCase("PLAIN")) {
      return Answer.no("[CANNOT] no such mechanism");
    }
    String plain = new String(Base64.getDecoder().decode(response), StandardCharsets.UTF_8);
    List<String> parts = List.of(plain.split("\0", -1));
    String as = parts.get(0).isEmpty() ? parts.get(1) : parts.get(0);
    return login(parts.get(1), as, parts.get(2));
  }

  private Answer login(String user, String as, String password) {
    HostAccount who = session.host().find(user);
    HostAccount whose = session.host().find(as);
    if (who == null || whose == null || !who.opensWith(password)) {
      return Answer.no("[AUTHENTICATIONFAILED] Authentication failed.");
    }
    session.account(whose);
    return Answer.ok("[CAPABILITY " + session.host().capabilities() + "] Logged in");
  }
}
