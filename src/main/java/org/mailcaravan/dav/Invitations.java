package org.mailcaravan.dav;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Who is told of an event that is stored on a server that schedules: its organizer and its
 * attendees (RFC 6638, section 3). With SCHEDULE-AGENT=CLIENT the server leaves that to the client,
 * which here is nobody: they all were told years ago.
 */
final class Invitations {
  private static final Set<String> PEOPLE = Set.of("ORGANIZER", "ATTENDEE");
  private static final Set<String> LEFT = Set.of("CLIENT", "NONE");
  private static final String AGENT = "SCHEDULE-AGENT";
  private static final Pattern PARAMETERS =
      Pattern.compile(
          ";\\s*+(SCHEDULE-AGENT|SCHEDULE-FORCE-SEND)\\s*+=[^;:]*+", Pattern.CASE_INSENSITIVE);

  private Invitations() {}

  /** Whether somebody could be told of it. */
  static boolean isIn(String content) {
    return any(content, line -> true);
  }

  /** Whether the server tells somebody of it. */
  static boolean isLeftToServer(String content) {
    return any(content, line -> !isLeftToClient(line));
  }

  private static boolean any(String content, Predicate<ContentLine> matching) {
    boolean[] found = new boolean[1];
    each(content, person -> found[0] |= matching.test(person), other -> {});
    return found[0];
  }

  /** The same, so that a server that keeps to the standard tells nobody. */
  static String leftToClient(String content) {
    StringBuilder left = new StringBuilder(content.length() + 256);
    each(
        content,
        person -> left.append(isLeftToClient(person) ? person.wire() : leftToClient(person)),
        other -> left.append(other.wire()));
    return left.toString();
  }

  private static boolean isLeftToClient(ContentLine person) {
    return person
        .parameter(AGENT)
        .filter(agent -> LEFT.contains(agent.toUpperCase(Locale.ROOT)))
        .isPresent();
  }

  private static String leftToClient(ContentLine person) {
    int colon = ContentLine.colon(person.text());
    String head = withoutQuoted(person.text().substring(0, colon));
    return ContentLine.fold(head + ";" + AGENT + "=CLIENT" + person.text().substring(colon));
  }

  /** Without what it says of scheduling; what stands in quotes is left as it is. */
  private static String withoutQuoted(String head) {
    StringBuilder kept = new StringBuilder();
    String[] pieces = head.split("\"", -1);
    for (int i = 0; i < pieces.length; i++) {
      kept.append(i > 0 ? "\"" : "")
          .append(i % 2 == 0 ? PARAMETERS.matcher(pieces[i]).replaceAll("") : pieces[i]);
    }
    return kept.toString();
  }

  /** Those of an alarm are told by the device that rings. */
  private static void each(
      String content, Consumer<ContentLine> people, Consumer<ContentLine> others) {
    boolean alarm = false;
    try (ContentLines lines = ContentLines.of(content.getBytes(StandardCharsets.UTF_8))) {
      for (ContentLine line = lines.next(); line != null; line = lines.next()) {
        String name = line.name();
        if (line.value().strip().equalsIgnoreCase("VALARM")) {
          alarm = name.equals("BEGIN") || (alarm && !name.equals("END"));
        }
        boolean person = !alarm && PEOPLE.contains(name) && line.isProperty();
        (person ? people : others).accept(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is none in memory
    }
  }
}
