package org.mailcaravan.component.mailbox;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.store.StepQueue.Occasion;
import org.mailcaravan.sync.copy.MessageBatch;
import org.mailcaravan.sync.copy.MessageBatches;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.MailboxPlan;

/** What a {@code mailbox:} endpoint does; the names are those of the URI. */
@SuppressWarnings("MemberName") // as in the URI: that is how Camel's catalog lists them
public enum MailboxOperation {
  /**
   * At the beginning of a route: one mailbox after the other whose pass is due. Body: a mailbox.
   */
  due(Mailbox.class),
  /**
   * At the beginning of a route: one mailbox after the other that is to be looked at before
   * anything of it is copied. Body: a mailbox.
   */
  preflight(Mailbox.class),
  /**
   * At the beginning of a route: one result of a pass after the other, when the pass has ended.
   * What fails in the route is told and tried again, and changes nothing of the pass. Body: the
   * result of a mailbox.
   */
  afterPass(MailboxResult.class),
  /**
   * At the beginning of a route: one result of a migration after the other, when all its passes
   * have ended and its report is written. What fails in the route is told and tried again, and
   * changes nothing of the migration. Body: the result of a migration.
   */
  afterMigration(MigrationResult.class),
  /** Logs in on both sides and opens INBOX there. Body: a mailbox, which it stays. */
  check(Mailbox.class),
  /**
   * Leaves out folders or messages on purpose, from the pass that is to come or from its check:
   * what the rules of the options say, or those of the property copy.leave-out. Stands before
   * {@code folders}. Body: a mailbox, which it stays.
   */
  leaveOut(Mailbox.class),
  /**
   * Leads folders to others at the new server: what the rules of the options say, or those of the
   * property copy.map. Stands before {@code folders}. Body: a mailbox, which it stays.
   */
  map(Mailbox.class),
  /**
   * Lists the folders and plans where each goes; changes nothing on either server, but follows
   * folders that were renamed in the ledger. Body: a mailbox, becomes its plan.
   */
  folders(Mailbox.class, MailboxPlan.class),
  /**
   * Brings ledger and destination in line with what has happened since the last pass: folders that
   * were renamed, messages that were moved or deleted. Body: a plan, which it stays.
   */
  reconcile(MailboxPlan.class),
  /**
   * Carries over what the source has changed of the flags of copied messages. Body: a folder plan,
   * which it stays.
   */
  flags(FolderPlan.class),
  /**
   * Reads the messages of a folder that are new. Body: a folder plan, becomes a lazy stream of
   * batches.
   */
  pull(FolderPlan.class, MessageBatches.class),
  /** Stores a batch of messages at the destination. Body: a batch, which is freed. */
  append(MessageBatch.class),
  /**
   * Removes what the destination stored twice because it broke off in mid-copy. Body: a plan, which
   * it stays.
   */
  settle(MailboxPlan.class),
  /**
   * Compares both sides and accounts for every message of the source; changes nothing. Body: a
   * plan, which it stays.
   */
  verify(MailboxPlan.class);

  /** The variable with the number of the event that a route comes after: the same at each try. */
  public static final String EVENT = "event";

  private final Class<?> takes;
  private final Class<?> gives;

  MailboxOperation(Class<?> body) {
    this(body, body);
  }

  MailboxOperation(Class<?> takes, Class<?> gives) {
    this.takes = takes;
    this.gives = gives;
  }

  /** Whether it stands at the beginning of a route. */
  public boolean begins() {
    return this == due || this == preflight || after() != null;
  }

  /** What a route comes after that begins with it; null for any other operation. */
  public @Nullable Occasion after() {
    return this == afterPass
        ? Occasion.AFTER_PASS
        : this == afterMigration ? Occasion.AFTER_MIGRATION : null;
  }

  /** The body before. */
  public Class<?> takes() {
    return takes;
  }

  /** The body after. */
  public Class<?> gives() {
    return gives;
  }

  static MailboxOperation of(String name) {
    for (MailboxOperation operation : values()) {
      if (operation.name().equals(name)) {
        return operation;
      }
    }
    throw new IllegalArgumentException(
        "there is no operation \"%s\"; there are %s"
            .formatted(
                name, Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "))));
  }
}
