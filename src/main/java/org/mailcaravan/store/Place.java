package org.mailcaravan.store;

/**
 * Where a source message went.
 *
 * @param destinationUid its UID in the destination folder, or 0 when it is unknown: the server did
 *     not tell, the user moved or deleted it there, or another folder holds it
 * @param gone whether it has left the source folder since
 */
public record Place(long destinationUid, Standing standing, boolean gone) {
  public Place {
    if (destinationUid < 0) {
      throw new IllegalArgumentException("destination UID " + destinationUid);
    }
  }

  /** Of a message that is still in the source folder. */
  public static Place of(long destinationUid, Standing standing) {
    return new Place(destinationUid, standing, false);
  }

  Place left() {
    return new Place(destinationUid, standing, true);
  }
}
