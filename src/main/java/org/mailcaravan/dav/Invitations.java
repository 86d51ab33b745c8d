package org.mailcaravan.dav;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The people that a server mails when an event is stored there: organizer and attendees (RFC 6638,
 * section 3). With SCHEDULE-AGENT=CLIENT the server leaves that to the client. Here no client does
 * it: all of them were invited when the event was made.
 */
final class Invitations {
  private static final Set<String> PEOPLE = Set.of("ORGANIZER", "ATTENDEE");
  private static final Set<String> LEFT = Set.of("CLIENT", "NONE");
  private static final String AGENT = "SCHEDULE-AGENT";
  private static final Set<String> OF_SCHEDULING = Set.of(AGENT, "SCHEDULE-FORCE-SEND");

  private Invitations() {}

  /** Whether an event names an organizer or attendees. */
  static boolean isIn(String content) {
    return any(content, line -> true);
  }

  /** Whether the server mails any of them. */
  static boolean isLeftToServer(String content) {
    return any(content, line -> !isLeftToClient(line));
  }

  private static boolean any(String content, Predicate<ContentLine> matching) {
    boolean[] found = new boolean[1];
    each(content, person -> found[0] |= matching.test(person), other -> {});
    return found[0];
  }

  /**
   * The event with SCHEDULE-AGENT=CLIENT for all people, so that a server that follows the standard
   * mails nobody.
   */
  static String leftToClient(String content) {
    StringBuilder left = new StringBuilder(content.length() + 256);
    each(
        content,
        person -> left.append(isLeftToClient(person) ? person.wire() : leftToClient(person)),
        other -> left.append(other.wire()));
    return left.toString();
  }

  /** Whether every SCHEDULE-AGENT of a line is CLIENT or NONE; of several a server may use any. */
  private static boolean isLeftToClient(ContentLine person) {
    List<String> agents = person.parameter(AGENT);
    return !agents.isEmpty()
        && agents.stream().allMatch(agent -> LEFT.contains(agent.toUpperCase(Locale.ROOT)));
  }

  private static String leftToClient(ContentLine person) {
    String text = person.text();
    Stream<String> others =
        person.parameters().stream()
            .filter(
                parameter ->
                    !OF_SCHEDULING.contains(
                        ContentLine.parameterName(parameter).toUpperCase(Locale.ROOT)));
    String name = text.split("[;:]", 2)[0];
    String head =
        Stream.of(Stream.of(name), others, Stream.of(AGENT + "=CLIENT"))
            .flatMap(parts -> parts)
            .collect(Collectors.joining(";"));
    return ContentLine.fold(head + text.substring(ContentLine.colon(text)));
  }

  /**
   * Gives lines of people to one consumer and all others to the other. The attendees of an alarm do
   * not count: the user's device mails them.
   */
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
      throw new UncheckedIOException(e); // cannot happen in memory
    }
  }
}
