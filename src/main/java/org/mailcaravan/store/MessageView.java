package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.DroppedFile;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.status.ToldMessage;

/** What is told of a migration, to whom, and when. Thread-safe. */
final class MessageView {
  private final Database database;

  MessageView(Database database) {
    this.database = database;
  }

  /**
   * Those of a migration, oldest first; the last ones where there are more. Of what routes do after
   * its passes there may be thousands: only what has failed is told.
   */
  List<ToldMessage> of(String migration, int most) {
    return database
        .jdbc()
        .sql(
            "select * from (select t.*, e.at, a.channel, a.recipient, a.place, r.ticket from telling t"
                + " join event e on e.number = t.event_number join migration m on m.id = t.migration_id"
                + " join request r on r.id = m.request_id left join answer a on a.request_id = r.id"
                + " and a.follows is null where t.migration_id = ? and (t.message not in ("
                + StepQueue.Occasion.all()
                + ") or (t.sent_at is null and t.attempts > 0 and t.taken_by is null))"
                + " order by t.id desc limit ?) last order by id")
        .params(migration, most)
        .query((row, number) -> message(row))
        .list();
  }

  private static ToldMessage message(ResultSet row) throws SQLException {
    Instant sent = Times.instant(row, "sent_at");
    String reason = row.getString("reason");
    boolean isGivenUp = row.getBoolean("given_up");
    boolean isWaiting = sent == null && !isGivenUp;
    return new ToldMessage(
        row.getLong("event_number"),
        Times.present(row, "at"),
        MigrationMessage.id(row.getString("message")),
        row.getString("receiver"),
        to(row),
        isWaiting
            ? ToldMessage.WAITING
            : isGivenUp ? ToldMessage.GIVEN_UP : reason == null ? "told" : "not-needed",
        isWaiting ? Times.present(row, "due_at") : null,
        reason == null ? sent : null,
        row.getInt("attempts"),
        reason);
  }

  private static @Nullable String to(ResultSet row) throws SQLException {
    return switch (row.getString("receiver")) {
      case "mail" -> row.getString("recipient");
      case "drop" -> new DroppedFile(row.getString("place"), null).told();
      default -> row.getString("ticket");
    };
  }
}
