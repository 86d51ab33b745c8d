package org.mailcaravan.server;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands about messages. */
final class HostMessageCommands {
  private static final Pattern CHANGED_SINCE = Pattern.compile("CHANGEDSINCE (\\d+)( VANISHED)?");
  private static final Pattern FIELDS = Pattern.compile("HEADER\\.FIELDS \\(([^)]*)\\)");

  private final HostSession session;

  HostMessageCommands(HostSession session) {
    this.session = session;
  }

  Answer answer(ImapCommand command, HostAccount account) {
    if (command.is("APPEND")) {
      return append(command, account);
    }
    HostFolder folder = session.selected();
    if (folder == null) {
      return Answer.bad("no such command, or open a folder first: " + command.name());
    }
    List<Long> uids =
        command.name().startsWith("UID ")
            ? command.uids()
            : command.is("FETCH", "STORE")
                ? SequenceSet.ofPositions(command.argument(0), folder.messages())
                : List.of();
    boolean changes = command.is("UID STORE", "STORE", "UID EXPUNGE", "EXPUNGE", "UID MOVE");
    if (changes && session.readOnly()) {
      return Answer.no("[READ-ONLY] opened by EXAMINE");
    }
    return switch (command.name()) {
      case "UID FETCH", "FETCH" -> fetch(command, folder, uids);
      case "UID STORE", "STORE" -> store(command, folder, uids);
      case "UID COPY", "UID MOVE" -> copy(command, folder, uids, account);
      case "UID EXPUNGE", "EXPUNGE" -> expunge(command, folder, uids);
      case "UID SEARCH" -> search(command, folder);
      default -> Answer.bad("no such command: " + command.name());
    };
  }

  private Answer append(ImapCommand command, HostAccount account) {
    HostFolder folder = account.find(command.folder());
    if (folder == null || folder.attributes().contains("\\Noselect")) {
      return Answer.no("[TRYCREATE] no such folder");
    }
    long octets = command.given().stream().mapToLong(each -> each.octets().length()).sum();
    if (account.quota() - octets < account.octets()) {
      return Answer.no("[OVERQUOTA] Quota exceeded (mailbox for user is full)");
    }
    List<Long> uids = new ArrayList<>();
    for (ImapCommand.Given given : command.given()) {
      OffsetDateTime date = given.date();
      uids.add(folder.put(given.octets(), given.flags(), date == null ? now() : date));
    }
    String uid = uids.size() == 1 ? uids.get(0).toString() : uids.get(0) + ":" + last(uids);
    return session.host().can("UIDPLUS")
        ? Answer.ok("[APPENDUID " + folder.uidValidity() + " " + uid + "] stored")
        : Answer.ok("stored");
  }

  private static OffsetDateTime now() {
    return OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
  }

  private static long last(List<Long> uids) {
    return uids.get(uids.size() - 1);
  }

  private Answer fetch(ImapCommand command, HostFolder folder, List<Long> uids) {
    Object asked = command.arguments().get(1);
    List<?> items = asked instanceof List<?> list ? list : List.of(asked);
    Matcher changes = CHANGED_SINCE.matcher(command.text());
    boolean onlyChanges = changes.find();
    long since = onlyChanges ? Long.parseLong(changes.group(1)) : -1;
    List<String> lines = new ArrayList<>();
    if (onlyChanges && changes.group(2) != null) {
      List<Long> vanished = folder.vanishedSince(since);
      if (!vanished.isEmpty()) {
        lines.add("VANISHED (EARLIER) " + SequenceSet.write(vanished));
      }
    }
    List<HostMessage> messages = folder.messages();
    for (int i = 0; i < messages.size(); i++) {
      HostMessage message = messages.get(i);
      if (uids.contains(message.uid()) && message.modSeq() > since) {
        lines.add((i + 1) + " FETCH (" + told(message, items, onlyChanges) + ")");
        if (!session.readOnly() && command.text().contains(" BODY[")) {
          folder.flags(message.uid(), flags -> with(flags, Set.of("\\Seen")));
        }
      }
    }
    return Answer.ok("fetched").withUntagged(lines);
  }

  private static String told(HostMessage message, List<?> items, boolean modSeq) {
    List<String> told = new ArrayList<>();
    told.add("UID " + message.uid());
    for (Object item : items) {
      String name = item.toString().toUpperCase(Locale.ROOT);
      switch (name) {
        case "UID" -> {}
        case "FLAGS" ->
            told.add("FLAGS (" + String.join(" ", new TreeSet<>(message.flags())) + ")");
        case "INTERNALDATE" -> told.add("INTERNALDATE \"" + HostDates.write(message.date()) + "\"");
        case "RFC822.SIZE" -> told.add("RFC822.SIZE " + message.octets().length());
        case "MODSEQ" -> told.add("MODSEQ (" + message.modSeq() + ")");
        case "BODY.PEEK[]", "BODY[]" -> told.add("BODY[] " + literal(message.octets()));
        case "BODY.PEEK[HEADER]", "BODY[HEADER]" ->
            told.add("BODY[HEADER] " + literal(message.header()));
        case "BODY.PEEK[TEXT]", "BODY[TEXT]" ->
            told.add(
                "BODY[TEXT] " + literal(message.octets().substring(message.header().length())));
        default -> told.add(fields(message, name));
      }
    }
    if (modSeq && told.stream().noneMatch(item -> item.startsWith("MODSEQ"))) {
      told.add("MODSEQ (" + message.modSeq() + ")");
    }
    return String.join(" ", told);
  }

  private static String fields(HostMessage message, String item) {
    Matcher names = FIELDS.matcher(item);
    if (!names.find()) {
      return item + " NIL";
    }
    StringBuilder found = new StringBuilder();
    for (String line : message.header().split("\r\n(?![ \t])", -1)) {
      String name = line.replaceFirst("[ \t]*:.*(?s:.*)", "");
      if (List.of(names.group(1).split(" ", -1)).contains(name.toUpperCase(Locale.ROOT))) {
        found.append(line).append("\r\n");
      }
    }
    return item.replace(".PEEK", "") + " " + literal(found.append("\r\n").toString());
  }

  private static String literal(String octets) {
    return "{" + octets.length() + "}\r\n" + octets;
  }

  private static Set<String> with(Set<String> flags, Set<String> more) {
    flags.addAll(more);
    return flags;
  }

  private Answer store(ImapCommand command, HostFolder folder, List<Long> uids) {
    int at = 1;
    long unchangedSince = Long.MAX_VALUE;
    if (command.arguments().get(1) instanceof List<?> modifier) {
      unchangedSince = Long.parseLong(modifier.get(1).toString());
      at = 2;
    }
    String how = ImapCommand.word(command.arguments().get(at));
    Set<String> flags = ImapParser.strings(command.arguments().get(at + 1));
    List<Long> leftAlone = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    List<HostMessage> messages = folder.messages();
    for (int i = 0; i < messages.size(); i++) {
      HostMessage message = messages.get(i);
      if (!uids.contains(message.uid())) {
        continue;
      }
      if (message.modSeq() > unchangedSince) {
        leftAlone.add(message.uid());
        continue;
      }
      folder.flags(message.uid(), now -> changed(now, how, flags));
      if (!how.endsWith(".SILENT")) {
        HostMessage now = SequenceSet.find(folder.messages(), message.uid());
        lines.add((i + 1) + " FETCH (" + told(now, List.of("FLAGS"), false) + ")");
      }
    }
    return (leftAlone.isEmpty()
            ? Answer.ok("stored")
            : Answer.ok("[MODIFIED " + SequenceSet.write(leftAlone) + "] some have changed"))
        .withUntagged(lines);
  }

  private static Set<String> changed(Set<String> now, String how, Set<String> flags) {
    if (how.startsWith("+")) {
      now.addAll(flags);
    } else if (how.startsWith("-")) {
      now.removeAll(flags);
    } else {
      return new TreeSet<>(flags);
    }
    return now;
  }

  private Answer copy(
      ImapCommand command, HostFolder folder, List<Long> uids, HostAccount account) {
    HostFolder to = account.find(session.plain(command.argument(1)));
    if (to == null) {
      return Answer.no("[TRYCREATE] no such folder");
    }
    List<Long> copies = new ArrayList<>();
    for (HostMessage message : folder.messages()) {
      if (uids.contains(message.uid())) {
        copies.add(to.put(message.octets(), message.flags(), message.date()));
      }
    }
    String code =
        copies.isEmpty()
            ? ""
            : "[COPYUID "
                + to.uidValidity()
                + " "
                + SequenceSet.write(uids)
                + " "
                + SequenceSet.write(copies)
                + "] ";
    if (command.is("UID COPY")) {
      return Answer.ok(code + "copied");
    }
    Answer moved = removed(folder, uids, "moved");
    return code.isEmpty() ? moved : moved.after("OK " + code + "moved");
  }

  private Answer expunge(ImapCommand command, HostFolder folder, List<Long> uids) {
    List<Long> deleted =
        folder.messages().stream()
            .filter(message -> message.flags().contains("\\Deleted"))
            .map(HostMessage::uid)
            .filter(uid -> command.is("EXPUNGE") || uids.contains(uid))
            .toList();
    return removed(folder, deleted, "removed");
  }

  private static Answer removed(HostFolder folder, List<Long> uids, String text) {
    List<String> lines = new ArrayList<>();
    int at = 1;
    for (HostMessage message : folder.messages()) {
      if (uids.contains(message.uid())) {
        lines.add(at + " EXPUNGE");
      } else {
        at++;
      }
    }
    folder.remove(uids);
    return Answer.ok(text).withUntagged(lines);
  }

  /** Knows ALL, UID, HEADER and places. */
  private Answer search(ImapCommand command, HostFolder folder) {
    List<Long> found = new ArrayList<>();
    String first = command.argument(0);
    List<Long> places =
        first.matches("[\\d:,*]+") ? SequenceSet.ofPositions(first, folder.messages()) : List.of();
    for (HostMessage message : folder.messages()) {
      boolean is =
          switch (ImapCommand.word(command.arguments().get(0))) {
            case "ALL" -> true;
            case "UID" ->
                SequenceSet.of(command.argument(1), folder.messages()).contains(message.uid());
            case "HEADER" -> hasHeader(message, command.argument(1), command.argument(2));
            default -> places.contains(message.uid());
          };
      if (is) {
        found.add(message.uid());
      }
    }
    return Answer.ok("searched")
        .after(("SEARCH " + SequenceSet.write(found).replace(',', ' ')).strip());
  }

  private static boolean hasHeader(HostMessage message, String name, String value) {
    return Pattern.compile("(?im)^" + Pattern.quote(name) + "[ \t]*:.*" + Pattern.quote(value))
        .matcher(message.header())
        .find();
  }
}
