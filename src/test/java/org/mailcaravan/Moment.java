package org.mailcaravan;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When something is killed: after certain words have passed so many times, and so many octets more.
 *
 * @param way which octets are looked at
 * @param words that a command or an answer holds; empty for the beginning of the run
 * @param times the how manieth of them it is, 1 or more
 * @param further octets behind the words that still pass; negative, when the words do not
 */
record Moment(Way way, String words, int times, int further) {
  /** Between whom octets pass. */
  enum Way {
    TO_SOURCE,
    FROM_SOURCE,
    TO_DESTINATION,
    FROM_DESTINATION
  }

  /** Makes a moment of some kind. */
  @FunctionalInterface
  private interface Kind {
    Moment at(RandomGenerator random);
  }

  /**
   * Comes to every run that nothing else ended: a mailbox is done, and its result is not stored.
   */
  static final Moment END = new Moment(Way.TO_DESTINATION, " LOGOUT\r\n", 1, -1);

  private static final Kind OCTET_THERE =
      random -> new Moment(Way.TO_DESTINATION, "", 1, anyScale(random, 1_000_000));
  private static final Kind OCTET_BACK =
      random -> new Moment(Way.FROM_DESTINATION, "", 1, anyScale(random, 20_000));
  private static final Kind OCTET_READ =
      random -> new Moment(Way.FROM_SOURCE, "", 1, anyScale(random, 1_000_000));
  private static final Kind IN_LITERAL =
      random ->
          new Moment(
              Way.TO_DESTINATION, " APPEND ", 1 + random.nextInt(3), random.nextInt(100_000));

  /** There are two mailboxes, and no more logins. */
  private static final Kind LOGIN =
      random -> new Moment(Way.FROM_DESTINATION, "Logged in", 1 + random.nextInt(2), -1);

  /** In what a pass begins with; it is soon over. */
  static Moment early(RandomGenerator random) {
    return any(random, List.of(OCTET_THERE, OCTET_BACK, LOGIN, done("Create"), done("Subscribe")));
  }

  /** While messages are copied. */
  static Moment copying(RandomGenerator random) {
    return any(
        random,
        List.of(
            OCTET_THERE,
            OCTET_READ,
            IN_LITERAL,
            IN_LITERAL,
            done("Append"),
            done("Append"),
            done("Append")));
  }

  /** While changes of the source are carried over. */
  static Moment carryingOver(RandomGenerator random) {
    return any(
        random,
        List.of(
            OCTET_THERE,
            OCTET_BACK,
            IN_LITERAL,
            done("Append"),
            done("Store"),
            done("Move"),
            done("Rename")));
  }

  /** When a command is done and nobody knows yet, or around the end of its answer. */
  private static Kind done(String command) {
    return random ->
        new Moment(
            Way.FROM_DESTINATION,
            command + " completed",
            1 + random.nextInt(3),
            random.nextBoolean() ? -1 : random.nextInt(60));
  }

  private static Moment any(RandomGenerator random, List<Kind> kinds) {
    return kinds.get(random.nextInt(kinds.size())).at(random);
  }

  /** As likely between 10 and 100 as between 1,000 and 10,000. */
  private static int anyScale(RandomGenerator random, int most) {
    return (int) Math.exp(random.nextDouble() * Math.log(most));
  }

  @Override
  public String toString() {
    String after = words.isEmpty() ? "" : " '" + words.strip() + "' no. " + times;
    return way + after + (further < 0 ? " held back" : " and " + further + " octets");
  }
}
