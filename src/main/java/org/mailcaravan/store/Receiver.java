package org.mailcaravan.store;

import java.util.Set;
import org.mailcaravan.model.MigrationMessage;

/**
 * One that is told of migrations.
 *
 * @param name of its route, without {@code tell-}
 * @param messages that it wants
 */
public record Receiver(String name, Set<MigrationMessage> messages, Reach reach) {
  /** Who sent a request by mail. */
  public static final String MAIL = "mail";

  /** Which migrations it can be told of. */
  public enum Reach {
    ALL(""),
    /** Those whose requests name a ticket. */
    WITH_TICKET(" and r.ticket is not null"),
    /** Those whose requests came by mail. */
    BY_MAIL(
        " and exists (select 1 from answer a where a.request_id = r.id and a.follows is null"
            + " and a.channel = 'mail')"),
    /** Of these, those that no help desk tells its customer of. */
    BY_MAIL_WITHOUT_TICKET(" and r.ticket is null" + BY_MAIL.condition),
    /** Those whose requests were dropped as files; the program of that drop folder tells. */
    BY_FILE(
        " and exists (select 1 from answer a where a.request_id = r.id and a.follows is null"
            + " and a.channel = 'drop')");

    private final String condition;

    Reach(String condition) {
      this.condition = condition;
    }

    /** Whether the answer to the request goes to the same reader. */
    boolean isAnswered() {
      return this == BY_MAIL || this == BY_MAIL_WITHOUT_TICKET || this == BY_FILE;
    }

    /** Of a request r, in SQL. */
    String condition() {
      return condition;
    }
  }

  public Receiver {
    messages = Set.copyOf(messages);
  }
}
