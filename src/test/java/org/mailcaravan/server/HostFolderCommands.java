package org.mailcaravan.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commands about folders. */
final class HostFolderCommands {
  private final HostSession session;

  HostFolderCommands(HostSession session) {
    this.session = session;
  }

  /** Null when it is no such command. */
  @Nullable Answer answer(ImapCommand command, HostAccount account) {
    String name = command.folder();
    return switch (command.name()) {
      case "ENABLE" -> enable(command);
      case "NAMESPACE" -> namespace();
      case "LIST", "LSUB", "XLIST" -> list(command, account);
      case "STATUS" -> status(command, account);
      case "SELECT", "EXAMINE" -> select(name, command.is("EXAMINE"), account);
      case "CLOSE", "UNSELECT" -> {
        session.select(null, false);
        yield Answer.ok("closed");
      }
      case "CREATE" -> create(name, account);
      case "DELETE" -> {
        if (account.find(name) == null) {
          yield Answer.no("[NONEXISTENT] no such folder");
        }
        account.delete(name);
        yield Answer.ok("deleted");
      }
      case "RENAME" -> rename(name, session.plain(command.argument(1)), account);
      case "SUBSCRIBE" -> {
        account.subscribed().add(name);
        yield Answer.ok("subscribed");
      }
      case "UNSUBSCRIBE" -> {
        account.subscribed().remove(name);
        yield Answer.ok("unsubscribed");
      }
      case "GETQUOTAROOT" -> quota(command, account);
      default -> null;
    };
  }

  private Answer enable(ImapCommand command) {
    Set<String> enabled = new TreeSet<>();
    for (Object argument : command.arguments()) {
      String name = ImapCommand.word(argument);
      if (session.host().can(name)) {
        enabled.add(name);
      }
    }
    if (enabled.contains("UTF8=ACCEPT")) {
      session.enableUtf8();
    }
    return Answer.ok("enabled").after("ENABLED " + String.join(" ", enabled));
  }

  private Answer namespace() {
    ImapHost host = session.host();
    return Answer.ok("those")
        .after("NAMESPACE ((\"" + host.prefix() + "\" " + quotedSeparator() + ")) NIL NIL");
  }

  private String quotedSeparator() {
    return '"' + separator().replace("\\", "\\\\") + '"';
  }

  private String separator() {
    return session.host().separator();
  }

  private Answer list(ImapCommand command, HostAccount account) {
    String verb = command.name();
    String pattern = session.plain(command.argument(0) + command.argument(1));
    if (pattern.isEmpty()) {
      return Answer.ok("root").after(verb + " (\\Noselect) " + quotedSeparator() + " \"\"");
    }
    String regex =
        Pattern.quote(pattern)
            .replace("*", "\\E.*\\Q")
            .replace("%", "\\E[^" + Pattern.quote(separator()) + "]*\\Q");
    List<String> returned = returned(command);
    List<String> lines = new ArrayList<>();
    account
        .folders()
        .forEach(
            (name, folder) -> {
              boolean subscribed = account.subscribed().contains(name);
              if (name.matches(regex) && (subscribed || !verb.equals("LSUB"))) {
                lines.add(verb + " " + listed(name, folder, subscribed, returned));
                String items = statusItems(command);
                if (items != null && !folder.attributes().contains("\\Noselect")) {
                  lines.add(status(name, folder, items));
                }
              }
            });
    return Answer.ok("listed").withUntagged(lines);
  }

  private static List<String> returned(ImapCommand command) {
    return command.arguments().stream()
        .filter(List.class::isInstance)
        .flatMap(list -> ImapParser.strings(list).stream())
        .toList();
  }

  private static @Nullable String statusItems(ImapCommand command) {
    int at = command.text().indexOf("STATUS (");
    return at < 0 ? null : command.text().substring(at + 8, command.text().indexOf(')', at));
  }

  private String listed(String name, HostFolder folder, boolean subscribed, List<String> returned) {
    Set<String> attributes = new TreeSet<>(folder.attributes());
    if (subscribed && returned.contains("SUBSCRIBED")) {
      attributes.add("\\Subscribed");
    }
    String all = String.join(" ", attributes);
    return "(" + all + ") " + quotedSeparator() + " " + session.wire(name);
  }

  private Answer status(ImapCommand command, HostAccount account) {
    HostFolder folder = account.find(command.folder());
    if (folder == null || folder.attributes().contains("\\Noselect")) {
      return Answer.no("[NONEXISTENT] no such folder");
    }
    String items = String.join(" ", ImapParser.strings(command.arguments().get(1)));
    return Answer.ok("counted").after(status(command.folder(), folder, items));
  }

  private String status(String name, HostFolder folder, String items) {
    List<String> told = new ArrayList<>();
    List<HostMessage> messages = folder.messages();
    for (String item : items.split(" ", -1)) {
      String value =
          switch (item) {
            case "MESSAGES" -> String.valueOf(messages.size());
            case "RECENT" -> "0";
            case "UIDNEXT" -> String.valueOf(folder.uidNext());
            case "UIDVALIDITY" -> String.valueOf(folder.uidValidity());
            case "UNSEEN" ->
                String.valueOf(
                    messages.stream().filter(each -> !each.flags().contains("\\Seen")).count());
            case "SIZE" ->
                String.valueOf(messages.stream().mapToLong(each -> each.octets().length()).sum());
            case "HIGHESTMODSEQ" -> String.valueOf(folder.highestModSeq());
            default -> "0";
          };
      told.add(item + " " + value);
    }
    return "STATUS " + session.wire(name) + " (" + String.join(" ", told) + ")";
  }

  private Answer select(String name, boolean examine, HostAccount account) {
    HostFolder folder = account.find(name);
    session.select(null, false);
    if (folder == null || folder.attributes().contains("\\Noselect")) {
      return Answer.no("[NONEXISTENT] no such folder");
    }
    session.select(folder, examine);
    List<String> lines = new ArrayList<>();
    String permanent = examine ? "" : String.join(" ", new TreeSet<>(folder.permanentFlags()));
    lines.add("FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)");
    lines.add("OK [PERMANENTFLAGS (" + permanent + ")] kept");
    lines.add(folder.count() + " EXISTS");
    lines.add("0 RECENT");
    lines.add("OK [UIDVALIDITY " + folder.uidValidity() + "] valid");
    lines.add("OK [UIDNEXT " + folder.uidNext() + "] next");
    if (session.host().can("CONDSTORE")) {
      lines.add("OK [HIGHESTMODSEQ " + folder.highestModSeq() + "] highest");
    }
    return Answer.ok(examine ? "[READ-ONLY] open" : "[READ-WRITE] open").withUntagged(lines);
  }

  private Answer create(String name, HostAccount account) {
    String prefix = session.host().prefix();
    if (!name.startsWith(prefix)) {
      return Answer.no("Client tried to access nonexistent namespace.");
    }
    String plain = name.endsWith(separator()) ? name.substring(0, name.length() - 1) : name;
    if (account.find(plain) != null) {
      return Answer.no("[ALREADYEXISTS] Mailbox already exists");
    }
    account.folder(plain);
    return Answer.ok("created");
  }

  private Answer rename(String from, String to, HostAccount account) {
    if (account.find(from) == null) {
      return Answer.no("[NONEXISTENT] no such folder");
    }
    if (account.find(to) != null) {
      return Answer.no("[ALREADYEXISTS] Target mailbox already exists");
    }
    account.rename(from, to, separator());
    return Answer.ok("renamed");
  }

  private Answer quota(ImapCommand command, HostAccount account) {
    String root = "QUOTAROOT " + session.wire(command.folder()) + " \"\"";
    String limits =
        account.quota() == Long.MAX_VALUE
            ? "()"
            : "(STORAGE " + account.octets() / 1024 + " " + account.quota() / 1024 + ")";
    return Answer.ok("so much").after(root, "QUOTA \"\" " + limits);
  }
}
