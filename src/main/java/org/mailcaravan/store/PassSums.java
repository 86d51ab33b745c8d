package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.model.CarriedOver;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.MailboxResult;

/**
 * What the passes of a migration have done to each mailbox in all: who reads the last report asks
 * for that, and the last final pass alone has found nothing. For one thread.
 */
final class PassSums {
  private static final String CONTACTS = "position(',\"contacts\":' in p.numbers)";

  /** The numbers of a result stand before everything long, which is not to be read for them. */
  private static final int LONGEST_NUMBERS = 500;

  /**
   * The numbers of passes before the last one, from the first one of the migration on. A later
   * migration has its passes where it names the same mailbox. A later pass that brought nothing
   * adds nothing, and there is one each night.
   */
  private static final String EARLIER =
      "select p.mailbox_id, substring(p.numbers, 1, "
          + CONTACTS
          + " - 1) || '}' from (select e.id, e.mailbox_id, e.kind, substring(e.result, 1, "
          + LONGEST_NUMBERS
          + ") as numbers from pass e join migration_mailbox m on m.mailbox_id = e.mailbox_id"
          + " where m.migration_id = :id and e.state = 'ENDED'"
          + " and e.id >= (select min(f.id) from pass f where f.mailbox_id = e.mailbox_id"
          + " and f.migration_id >= :id) and e.id < (select max(l.id) from pass l"
          + " where l.mailbox_id = e.mailbox_id and l.state = 'ENDED' and l.result is not null)) p where "
          + CONTACTS
          + " > 0 and (p.kind = 'FIRST' or position('\"copied\":0,' in substring(p.numbers, 1, 60)) = 0"
          + " or position('\"carriedOver\":{\"moved\":0,\"flagsUpdated\":0,\"deletedAtSource\":0,\"mirrored\":0}'"
          + " in substring(p.numbers, 1, 300)) = 0)"
          + " order by p.id";

  private final Map<String, List<StoredResult>> earlier = new HashMap<>();

  PassSums(Database database, String migrationId) {
    database
        .jdbc()
        .sql(EARLIER)
        .param("id", migrationId)
        .query(
            row -> {
              earlier
                  .computeIfAbsent(row.getString(1), mailbox -> new ArrayList<>())
                  .add(StoredJson.read(row.getString(2), StoredResult.class));
            });
  }

  /** The result of a last pass, with what the passes before it did. */
  MailboxResult inAll(MailboxResult last) {
    List<StoredResult> before = earlier.getOrDefault(last.mailbox().id(), List.of());
    if (before.isEmpty()) {
      return last;
    }
    int folders = last.folders();
    long copied = 0;
    long there = 0;
    long bytes = last.bytes();
    double seconds = last.seconds();
    CarriedOver carried = last.carriedOver();
    for (StoredResult pass : before) {
      folders = Math.max(folders, pass.folders());
      // What one pass has copied, the next one finds there.
      there += Math.max(0, pass.alreadyThere() - copied - there);
      copied += pass.copied();
      bytes += pass.bytes();
      seconds += pass.seconds();
      carried = carried.and(pass.carriedOver() == null ? CarriedOver.NOTHING : pass.carriedOver());
    }
    there += Math.max(0, last.alreadyThere() - copied - there);
    Certificate certificate = last.certificate();
    return new MailboxResult(
        last.mailbox(),
        last.state(),
        folders,
        copied + last.copied(),
        there,
        certificate == null
            ? last.setAside()
            : certificate.sum(folder -> folder.messages().setAside()),
        carried,
        bytes,
        seconds,
        last.contacts(),
        last.calendar(),
        certificate,
        last.problems(),
        last.notes());
  }
}
