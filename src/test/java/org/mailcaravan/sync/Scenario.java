package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Pass;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.sync.NamedAccount.Mail;

/**
 * Plays a story of passes and of what people do between them, told line by line:
 *
 * <pre>
 * source: INBOX: m1 m2(Seen); Archive: m3      puts mail there; destination: likewise
 * pass                                         the first pass; "pass: second" for one after the
 *                                              cutover, "pass: mirroring" with mirrored deletions
 * at source: move m1 from INBOX to Archive     what people do; at destination: likewise
 * cutover                                      is seen during the next pass
 * lose the ledger                              goes on with an empty data folder
 * retention                                    removes what is known of the mailbox
 * reports: copied 0, moved 1                   what the last pass says of itself
 * expect: INBOX: m2(Seen); Archive: m1 m3      all folders of the destination, and all in them
 * or: ...                                      or else this
 * </pre>
 *
 * <p>People can {@code add m4(Seen) to F}, {@code move m1 from F to G}, {@code copy m1 from F to
 * G}, {@code delete m1 from F}, {@code flag m1 in F +Seen -$Work}, {@code create F}, {@code rename
 * F to G}, {@code remove F}; {@code replace F} and {@code rebuild} (the whole account) keep the
 * mail and change the UIDVALIDITY and the order of the UIDs, {@code wipe} begins with an empty
 * account. Names of messages: {@link NamedMail}.
 *
 * <p>Each pass must leave the source as it was, send nothing but what may be sent, and end without
 * problems. After the last line, one more pass must change nothing.
 */
final class Scenario implements AutoCloseable {
  private static final Pattern MAIL = Pattern.compile("([a-z]+\\d+)(?:\\(([^)]*)\\))?");
  private static final Pattern WRITES =
      Pattern.compile(
          "(?i)(UID )?(STORE|MOVE|COPY|EXPUNGE|APPEND|CREATE|DELETE|RENAME|(UN)?SUBSCRIBE|CLOSE)\\b.*");
  private static final Pattern NEVER = Pattern.compile("(?i)(EXPUNGE|CLOSE)\\b.*|.*\\\\Recent.*");

  private final Object pair;
  private final NamedAccount source;
  private final NamedAccount destination;
  private final LineProxy sourceProxy;
  private final LineProxy destinationProxy;
  private final Path folder;
  private int ledgers;
  private @Nullable Caravan caravan;
  private @Nullable MailboxResult result;
  private Pass lastPass = Pass.FIRST;

  /**
   * @param pair the servers, for people
   * @param folder for ledgers
   */
  Scenario(
      Object pair,
      NamedAccount source,
      NamedAccount destination,
      LineProxy sourceProxy,
      LineProxy destinationProxy,
      Path folder) {
    this.pair = pair;
    this.source = source;
    this.destination = destination;
    this.sourceProxy = sourceProxy;
    this.destinationProxy = destinationProxy;
    this.folder = folder;
  }

  void play(String script) {
    List<String> lines = script.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    for (int i = 0; i < lines.size(); i++) {
      List<String> alternatives = new ArrayList<>();
      for (int j = i + 1; j < lines.size() && lines.get(j).startsWith("or:"); j++) {
        alternatives.add(after("or:", lines.get(j)));
      }
      String here = script + "\nline '" + lines.get(i) + "' (" + pair + ")";
      line(lines.get(i), alternatives, here);
    }
    String here = script + "\none more pass after the end (" + pair + ")";
    String before = destination.everything();
    MailboxResult again = pass(lastPass, here);
    assertThat(again.copied()).as("copied, %s", here).isZero();
    assertThat(destination.everything()).as(here).isEqualTo(before);
  }

  private void line(String line, List<String> alternatives, String here) {
    if (line.startsWith("source:")) {
      folders(after("source:", line)).forEach(source::add);
    } else if (line.startsWith("destination:")) {
      folders(after("destination:", line)).forEach(destination::add);
    } else if (line.startsWith("at source:")) {
      actions(source, after("at source:", line));
    } else if (line.startsWith("at destination:")) {
      actions(destination, after("at destination:", line));
    } else if (line.startsWith("pass")) {
      caravan().mirrorDeletions(line.contains("mirroring"));
      lastPass = line.contains("second") ? Pass.CATCH_UP : Pass.FIRST;
      result = pass(lastPass, here);
    } else if (line.equals("cutover")) {
      caravan().cutover();
    } else if (line.equals("lose the ledger")) {
      close();
    } else if (line.equals("retention")) {
      caravan().removed();
      assertThat(caravan().rows()).as(here).noneMatch(row -> row.contains(Caravan.USER));
    } else if (line.startsWith("reports:")) {
      reports(after("reports:", line), here);
    } else if (line.startsWith("expect:")) {
      alternatives.add(0, after("expect:", line));
      expect(alternatives, here);
    } else if (!line.startsWith("or:")) {
      throw new IllegalArgumentException(line);
    }
  }

  private static String after(String word, String line) {
    return line.substring(word.length()).strip();
  }

  private Caravan caravan() {
    Caravan current = caravan;
    if (current == null) {
      current =
          new Caravan(
              EmptyLedger.in(folder.resolve("ledger" + ++ledgers)), destinationProxy.port());
      caravan = current;
    }
    return current;
  }

  private MailboxResult pass(Pass pass, String here) {
    sourceProxy.forget();
    destinationProxy.forget();
    String before = source.everything();
    MailboxResult passed = caravan().pass(sourceProxy.port(), pass);
    assertThat(passed.problems()).as(here).isEmpty();
    assertThat(source.everything()).as("the source, %s", here).isEqualTo(before);
    assertThat(sourceProxy.commands())
        .as("commands at the source, %s", here)
        .noneMatch(command -> WRITES.matcher(command).matches());
    assertThat(destinationProxy.commands())
        .as("commands at the destination, %s", here)
        .noneMatch(command -> NEVER.matcher(command).matches());
    return passed;
  }

  private void reports(String counts, String here) {
    MailboxResult last = result;
    if (last == null) {
      throw new IllegalArgumentException("no pass was made yet");
    }
    for (String count : counts.split(",", -1)) {
      String[] words = count.strip().split(" ", -1);
      long said =
          switch (words[0]) {
            case "copied" -> last.copied();
            case "moved" -> last.carriedOver().moved();
            case "flagsUpdated" -> last.carriedOver().flagsUpdated();
            case "deletedAtSource" -> last.carriedOver().deletedAtSource();
            case "mirrored" -> last.carriedOver().mirrored();
            default -> throw new IllegalArgumentException(count);
          };
      assertThat(said).as("%s, %s", words[0], here).isEqualTo(Long.parseLong(words[1]));
    }
  }

  private void expect(List<String> alternatives, String here) {
    Map<String, List<Mail>> found = destination.read();
    List<Map<String, List<Mail>>> allowed = alternatives.stream().map(Scenario::folders).toList();
    allowed.forEach(one -> one.putIfAbsent("INBOX", List.of()));
    if (!allowed.contains(found)) {
      assertThat(text(found)).as(here).isEqualTo(text(allowed.get(0)));
    }
  }

  static String text(Map<String, List<Mail>> folders) {
    StringBuilder text = new StringBuilder();
    folders.forEach(
        (name, messages) -> {
          text.append(name).append(':');
          messages.forEach(mail -> text.append(' ').append(mail));
          text.append('\n');
        });
    return text.toString();
  }

  private static Map<String, List<Mail>> folders(String text) {
    Map<String, List<Mail>> folders = new TreeMap<>();
    for (String part : text.split(";", -1)) {
      int colon = part.indexOf(':');
      folders.put(part.substring(0, colon).strip(), mails(part.substring(colon + 1)));
    }
    return folders;
  }

  private static List<Mail> mails(String text) {
    List<Mail> mails = new ArrayList<>();
    Matcher matcher = MAIL.matcher(text);
    while (matcher.find()) {
      String flags = matcher.group(2);
      mails.add(new Mail(matcher.group(1), flags == null ? Set.of() : new TreeSet<>(words(flags))));
    }
    mails.sort(null);
    return mails;
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split(" +", -1));
  }

  private static void actions(NamedAccount account, String actions) {
    for (String action : actions.split(";", -1)) {
      action(account, action.strip());
    }
  }

  /** One thing that somebody does. */
  static void action(NamedAccount account, String action) {
    int space = action.indexOf(' ');
    String verb = space < 0 ? action : action.substring(0, space);
    String rest = space < 0 ? "" : action.substring(space + 1);
    switch (verb.toLowerCase(Locale.ROOT)) {
      case "add" -> {
        String[] parts = rest.split(" to ", 2);
        account.add(parts[1], mails(parts[0]));
      }
      case "move" -> {
        String[] parts = rest.split(" from | to ", 3);
        account.move(words(parts[0]), parts[1], parts[2]);
      }
      case "copy" -> {
        String[] parts = rest.split(" from | to ", 3);
        account.copy(words(parts[0]), parts[1], parts[2]);
      }
      case "delete" -> {
        String[] parts = rest.split(" from ", 2);
        account.remove(words(parts[0]), parts[1]);
      }
      case "flag" -> {
        String[] parts = rest.split(" in ", 2);
        List<String> changes = new ArrayList<>(words(parts[1]));
        String in = changes.remove(0);
        account.flag(words(parts[0]), in, chosen(changes, '+'), chosen(changes, '-'));
      }
      case "create" -> account.create(rest);
      case "rename" -> {
        String[] parts = rest.split(" to ", 2);
        account.rename(parts[0], parts[1]);
      }
      case "remove" -> account.removeFolder(rest);
      case "replace" -> account.replace(rest);
      case "rebuild" -> account.rebuild();
      case "wipe" -> account.wipe();
      default -> throw new IllegalArgumentException(action);
    }
  }

  private static List<String> chosen(List<String> changes, char sign) {
    return changes.stream().filter(c -> c.charAt(0) == sign).map(c -> c.substring(1)).toList();
  }

  /** Ends the ledger in use; another pass begins with an empty one. */
  @Override
  public void close() {
    if (caravan != null) {
      caravan.close();
      caravan = null;
    }
  }
}
