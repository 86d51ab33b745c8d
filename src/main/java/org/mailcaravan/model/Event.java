package org.mailcaravan.model;

import org.jspecify.annotations.Nullable;

/**
 * What happened, as it is to be recorded.
 *
 * @param kind what it happened to: "mailbox", "pass", "migration", "host", "node", "report" ...
 * @param actor who did it: a route, a command, a person, a node's heartbeat
 * @param host a source server with its port
 * @param state the state it is in now, by its name
 * @param reason in words; no password and no text of a message
 */
public record Event(
    String kind,
    String actor,
    @Nullable String migration,
    @Nullable String mailbox,
    @Nullable Long pass,
    @Nullable String host,
    @Nullable String state,
    String reason) {
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_REASON = 4000;

  public Event {
    actor = cut(actor, LONGEST_NAME);
    reason = cut(reason, LONGEST_REASON);
  }

  private static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    boolean pair = Character.isHighSurrogate(text.charAt(most - 1));
    return text.substring(0, pair ? most - 1 : most);
  }
}
