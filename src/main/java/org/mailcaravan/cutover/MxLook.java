package org.mailcaravan.cutover;

import java.time.Instant;
import java.util.List;

/**
 * Where the mail of a domain went at one moment, as each server said that was asked.
 *
 * @param domain in ASCII
 * @param asksAuthorities whether the servers of the zone were asked themselves
 * @param faults why others were not asked, in words for people
 */
public record MxLook(
    String domain, Instant at, boolean asksAuthorities, List<Said> said, List<String> faults) {
  /** What one server said of where mail goes. */
  public enum Answer {
    /** To our MX hosts alone. */
    OURS,
    /** To some of ours and some of others. */
    PARTLY,
    /** To others alone. */
    OTHERS,
    /** There is no MX record, or one that says that the domain takes no mail. */
    NO_MX,
    /** There is no such domain. */
    NO_DOMAIN,
    /** It gave no usable answer: nothing is known. */
    NO_ANSWER
  }

  /**
   * What one server said.
   *
   * @param server its name and address
   * @param authority whether it is a server of the zone; others are resolvers, which may keep what
   *     was true before
   * @param others the MX hosts that are not ours, a dozen at most
   * @param ttlSeconds how long a resolver may keep the answer from now on
   * @param serial of its zone, where servers of the zone say different things; otherwise {@link
   *     #NO_SERIAL}
   * @param why in words for people, where there was no answer
   */
  public record Said(
      String server,
      boolean authority,
      Answer answer,
      List<String> others,
      long ttlSeconds,
      long serial,
      String why) {
    /** Not asked for, or not told. */
    public static final long NO_SERIAL = -1;

    public Said {
      others = List.copyOf(others);
    }
  }

  public MxLook {
    said = List.copyOf(said);
    faults = List.copyOf(faults);
  }
}
