package org.mailcaravan.store;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.CarriedOver;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.SameProblems;

/** A {@link MailboxResult} as it is stored, less what other columns and rows hold. */
record StoredResult(
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
    // Results from before problems had rows of their own have them here.
    @Nullable Collection<Problem> problems,
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
        null,
        result.notes());
  }

  MailboxResult result(
      Mailbox mailbox, MailboxState state, List<Problem> rows, SameProblems known) {
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
        problems == null ? rows : known.of(List.copyOf(problems)),
        List.copyOf(notes));
  }

  /** The result of a pass that never got to its end. */
  static String interrupted(long copied, long bytes) {
    return StoredJson.write(
        new StoredResult(
            0, copied, 0, 0, null, bytes, 0, List.of(), List.of(), null, null, List.of()));
  }

  /** Stores what is wrong after a pass. */
  static void insertProblems(Database database, long pass, List<Problem> problems) {
    List<Object[]> rows = new ArrayList<>();
    for (Problem problem : problems) {
      rows.add(
          new Object[] {
            pass,
            rows.size(),
            problem.code().id(),
            problem.severity().name(),
            problem.owner().name(),
            StoredJson.write(problem)
          });
    }
    database.batch(
        "insert into problem (pass_id, position, code, severity, owner, description)"
            + " values (?, ?, ?, ?, ?, ?)",
        rows);
  }
}
