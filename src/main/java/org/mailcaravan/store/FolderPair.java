package org.mailcaravan.store;

import org.jspecify.annotations.Nullable;

/**
 * Where a source folder is copied to. UIDs mean nothing under another UIDVALIDITY (RFC 9051 section
 * 2.3.1.1), so both belong to it.
 *
 * @param sourceFolder its name on the wire; of one that another has replaced, a name of its own
 * @param destinationFolder its name as text
 * @param sourceMailboxId MAILBOXID (RFC 8474), or null
 * @param namedByUser whether the user gave the destination folder its name
 * @param replaced the name of the source folder before another took its place, or null
 */
public record FolderPair(
    AccountPair accounts,
    String sourceFolder,
    String destinationFolder,
    long sourceUidValidity,
    long destinationUidValidity,
    @Nullable String sourceMailboxId,
    boolean namedByUser,
    @Nullable String replaced) {
  /** A folder whose place no other has taken. */
  public FolderPair(
      AccountPair accounts,
      String sourceFolder,
      String destinationFolder,
      long sourceUidValidity,
      long destinationUidValidity,
      @Nullable String sourceMailboxId,
      boolean namedByUser) {
    this(
        accounts,
        sourceFolder,
        destinationFolder,
        sourceUidValidity,
        destinationUidValidity,
        sourceMailboxId,
        namedByUser,
        null);
  }

  /** Whether another folder has taken the source folder's place. */
  public boolean isReplaced() {
    return replaced != null;
  }

  /** Whether another folder has taken the place of a certain source folder. */
  public boolean isReplaced(String name) {
    return name.equals(replaced);
  }

  /** The same source folder, copied to another or to one whose messages have new UIDs. */
  public FolderPair to(String folder, long uidValidity) {
    return new FolderPair(
        accounts,
        sourceFolder,
        folder,
        sourceUidValidity,
        uidValidity,
        sourceMailboxId,
        namedByUser,
        replaced);
  }

  /** The same source folder, whose server writes its name in another way. */
  public FolderPair inSpelling(String folder) {
    return from(folder, sourceUidValidity, sourceMailboxId);
  }

  /** The same, after the user has renamed the destination folder. */
  public FolderPair toUsers(String folder) {
    return new FolderPair(
        accounts,
        sourceFolder,
        folder,
        sourceUidValidity,
        destinationUidValidity,
        sourceMailboxId,
        true,
        replaced);
  }

  /** The same, after another folder has taken the place of the source folder. */
  FolderPair replacedBy(String nameOfItsOwn) {
    return new FolderPair(
        accounts,
        nameOfItsOwn,
        destinationFolder,
        sourceUidValidity,
        destinationUidValidity,
        null,
        namedByUser,
        sourceFolder);
  }

  /** Another source folder, copied to the same. */
  public FolderPair from(String folder, long uidValidity, @Nullable String mailboxId) {
    return new FolderPair(
        accounts,
        folder,
        destinationFolder,
        uidValidity,
        destinationUidValidity,
        mailboxId,
        namedByUser);
  }
}
