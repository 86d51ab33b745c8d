package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.intake.mail.ReceivedMail;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.MailboxLogins;
import org.mailcaravan.store.RowTrials;

/**
 * The rows of a mail that its sender may send; the others are rejected. For the thread that reads
 * the mail.
 */
final class AllowedRows {
  private final ReceivedMail mail;
  private final boolean provesDestination;
  private final MailboxLogins logins;
  private final RowTrials trials;

  /**
   * @param provesDestination whether each row has a password of its mailbox at the new server
   */
  AllowedRows(
      ReceivedMail mail, boolean provesDestination, MailboxLogins logins, RowTrials trials) {
    this.mail = mail;
    this.provesDestination = provesDestination;
    this.logins = logins;
    this.trials = trials;
  }

  /** A request of the mail with those rows alone. */
  Request of(Request request) {
    Request own = request;
    if (!mail.listed()) {
      own = without(own, this::keptPassword);
      if (!provesDestination) {
        own = without(own, this::otherDomain);
      }
    }
    Map<RequestRow, Side> tooMany = trials.tooMany(own.rows());
    return without(own, row -> tooManyPasswords(row, tooMany.get(row)));
  }

  private static Request without(
      Request request, Function<RequestRow, @Nullable RowProblem> judge) {
    List<RowProblem> rejected = new ArrayList<>(request.rejected());
    List<RequestRow> own = new ArrayList<>();
    for (RequestRow row : request.rows()) {
      RowProblem problem = judge.apply(row);
      if (problem == null) {
        own.add(row);
      } else {
        rejected.add(problem);
      }
    }
    return request.with(own, rejected);
  }

  /**
   * A row that would use a password which somebody else has sent before: it would be tried, and the
   * answer would tell what is in the mailbox.
   */
  private @Nullable RowProblem keptPassword(RequestRow row) {
    return logins.isOpenedWithout(row)
        ? problem(
            row,
            Column.SOURCE_PASSWORD,
            "is empty",
            "Fill in the password at the old provider; it may be one made for the migration.")
        : null;
  }

  /**
   * A mailbox of another domain: where we log in at the new server by ourselves, a row proves
   * nothing, and anybody could have mail put into anybody's mailbox.
   */
  private @Nullable RowProblem otherDomain(RequestRow row) {
    String own = RowCheck.domain(mail.envelope().sender()).orElse("");
    if (RowCheck.domain(row.destinationAddress()).filter(own::equals).isPresent()) {
      return null;
    }
    return row.destinationAddress().equalsIgnoreCase(row.sourceAddress())
        ? problem(
            row,
            Column.DESTINATION_EMAIL,
            "is missing, and the old one belongs to another domain than the sender of the request",
            "Write the address that the mailbox shall have with us, and send the request again; or send it from an address of that domain.")
        : problem(
            row,
            Column.DESTINATION_EMAIL,
            "belongs to another domain than the sender of the request",
            "Send the request from an address of the domain of the mailbox, or ask us to list your address.");
  }

  private static @Nullable RowProblem tooManyPasswords(RequestRow row, @Nullable Side side) {
    return side == null
        ? null
        : problem(
            row,
            side == Side.SOURCE ? Column.SOURCE_PASSWORD : Column.DESTINATION_PASSWORD,
            "is not tried, since three that came by mail were tried within an hour",
            "Send the request again in an hour, with the right password.");
  }

  private static RowProblem problem(RequestRow row, Column column, String what, String nextStep) {
    return new RowProblem(row.line(), column.word(), "", what, nextStep);
  }
}
