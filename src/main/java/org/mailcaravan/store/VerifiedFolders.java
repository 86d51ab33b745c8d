package org.mailcaravan.store;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.FolderCertificate;

/**
 * What the last comparison of each folder showed, so that a folder in which nothing happens need
 * not be compared again. Thread-safe.
 */
public final class VerifiedFolders {
  /** As the notes of an earlier version told it. */
  private static final Pattern COPIES =
      Pattern.compile(
          "Our server has messages more than once, .* Copies too many: ([0-9]{1,18})\\.");

  private static final Pattern SENT_AGAIN =
      Pattern.compile("Our server showed messages only after .* Second copies: (.+)\\.");

  private final Database database;

  public VerifiedFolders(Database database) {
    this.database = database;
  }

  /**
   * A comparison that was made.
   *
   * @param stamp how the source folder stood when everything in it was last accounted for then; as
   *     long as that is so, the account holds
   * @param destination how the destination folder stood, without its HIGHESTMODSEQ; null when it
   *     was not there
   * @param sourceUidValidity to which the source UIDs belong
   * @param destinationUidValidity to which the destination UIDs belong
   * @param alike which messages have copies of another size, or with another header, that were read
   *     and are the same
   * @param wrongFlags source UIDs, as a sequence set or empty, of messages whose copies have a
   *     wrong system flag; null in what earlier versions have stored
   */
  public record Verified(
      FolderCertificate account,
      Stamp stamp,
      @Nullable Stamp destination,
      long sourceUidValidity,
      long destinationUidValidity,
      String alike,
      @Nullable String wrongFlags) {
    /** Whether the UIDs are still those of a pair. */
    public boolean isOf(FolderPair pair) {
      return sourceUidValidity == pair.sourceUidValidity()
          && destinationUidValidity == pair.destinationUidValidity();
    }
  }

  /** The last comparison of a folder, or empty when there was none. */
  public Optional<Verified> find(FolderLedger folder) {
    return database
        .jdbc()
        .sql("select comparison from verified_folder where folder_pair_id = ?")
        .param(folder.id())
        .query(String.class)
        .optional()
        .map(json -> StoredJson.read(json, Verified.class))
        .map(VerifiedFolders::withSurplus);
  }

  /** Until version 21 of the tables only the notes said what was there more than once. */
  private static Verified withSurplus(Verified stored) {
    FolderCertificate account = stored.account();
    if (!account.surplus().equals(FolderCertificate.Surplus.NONE)) {
      return stored;
    }
    String copies = told(account, COPIES);
    String sentAgain = told(account, SENT_AGAIN);
    return copies.isEmpty() && sentAgain.isEmpty()
        ? stored
        : new Verified(
            account.with(
                new FolderCertificate.Surplus(
                    copies.isEmpty() ? 0 : Long.parseLong(copies), sentAgain)),
            stored.stamp(),
            stored.destination(),
            stored.sourceUidValidity(),
            stored.destinationUidValidity(),
            stored.alike(),
            stored.wrongFlags());
  }

  private static String told(FolderCertificate account, Pattern sentence) {
    return account.notes().stream()
        .map(sentence::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1))
        .findFirst()
        .orElse("");
  }

  /** Keeps a comparison that was made with the ledger as it stands. */
  public void put(
      FolderLedger folder,
      FolderCertificate account,
      @Nullable Stamp destination,
      String alike,
      String wrongFlags) {
    FolderPair pair = folder.pair();
    Verified verified =
        new Verified(
            account,
            folder.stamp(),
            destination,
            pair.sourceUidValidity(),
            pair.destinationUidValidity(),
            alike,
            wrongFlags);
    database.inTransaction(
        () -> {
          database
              .jdbc()
              .sql("delete from verified_folder where folder_pair_id = ?")
              .param(folder.id())
              .update();
          database
              .jdbc()
              .sql("insert into verified_folder (folder_pair_id, comparison) values (?, ?)")
              .params(folder.id(), StoredJson.write(verified))
              .update();
        });
  }
}
