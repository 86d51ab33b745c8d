package org.mailcaravan.store;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.CarriedOver;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.SameProblems;

/** What the last pass of each mailbox did. Thread-safe. */
public final class PassResults {
  private final Database database;
  private final Migrations migrations;

  public PassResults(Database database, Migrations migrations) {
    this.database = database;
    this.migrations = migrations;
  }

  /** Stores what a pass did and puts the mailbox into the state it ended in. */
  public void finish(MailboxResult result, String actor) {
    database.inTransaction(
        () -> {
          String reason =
              result.problems().isEmpty() ? "pass ended" : result.problems().get(0).toString();
          migrations.moveTo(result.mailbox(), result.state(), actor, reason);
          database
              .jdbc()
              .sql("update mailbox set result = :result where id = :id")
              .param("result", StoredJson.write(StoredResult.of(result)))
              .param("id", result.mailbox().id())
              .update();
        });
  }

  /**
   * What the last pass of each mailbox of a migration did, for those that ended one, in the order
   * of the request.
   */
  public List<MailboxResult> of(Migration migration) {
    SameProblems known = new SameProblems();
    Map<String, Mailbox> mailboxes =
        migration.mailboxes().stream().collect(Collectors.toMap(Mailbox::id, Function.identity()));
    return database
        .jdbc()
        .sql(
            "select id, state, result from mailbox where migration_id = :id and result is not null"
                + " order by row_number")
        .param("id", migration.id())
        .query(
            (row, number) ->
                StoredJson.read(row.getString("result"), StoredResult.class)
                    .result(
                        Objects.requireNonNull(mailboxes.get(row.getString("id"))),
                        MailboxState.valueOf(row.getString("state")),
                        known))
        .list();
  }

  /** A {@link MailboxResult} less what the other columns hold. */
  private record StoredResult(
      int folders,
      long copied,
      long alreadyThere,
      long setAside,
      @Nullable CarriedOver carriedOver,
      long bytes,
      double seconds,
      @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          @Nullable List<ImportResult> contacts,
      @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          @Nullable List<ImportResult> calendar,
      @Nullable Certificate certificate,
      Collection<Problem> problems,
      Collection<String> notes) {
    static StoredResult of(MailboxResult result) {
      return new StoredResult(
          result.folders(),
          result.copied(),
          result.alreadyThere(),
          result.setAside(),
          result.carriedOver(),
          result.bytes(),
          result.seconds(),
          result.contacts(),
          result.calendar(),
          result.certificate(),
          result.problems(),
          result.notes());
    }

    MailboxResult result(Mailbox mailbox, MailboxState state, SameProblems known) {
      return new MailboxResult(
          mailbox,
          state,
          folders,
          copied,
          alreadyThere,
          setAside,
          // Results from before it was counted have none.
          carriedOver == null ? CarriedOver.NOTHING : carriedOver,
          bytes,
          seconds,
          // Results from before there could be several have one or none.
          contacts == null ? List.of() : contacts,
          calendar == null ? List.of() : calendar,
          certificate,
          known.of(List.copyOf(problems)),
          List.copyOf(notes));
    }
  }
}
