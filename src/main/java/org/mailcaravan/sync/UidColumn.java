package org.mailcaravan.sync;

/**
 * The first column of tables that keep a few octets for each message of a large folder: UIDs as
 * unsigned numbers of 32 bits, in ascending order.
 */
final class UidColumn {
  private UidColumn() {}

  /**
   * Finds a UID, fastest behind the last one, where servers nearly always add.
   *
   * @param rows how many of the column are in use
   * @return its row, or {@code -(row + 1)} of the row where it has to go
   */
  static int row(int[] uids, int rows, long uid) {
    if (rows == 0 || Integer.toUnsignedLong(uids[rows - 1]) < uid) {
      return -rows - 1;
    }
    int low = 0;
    int high = rows - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = Integer.toUnsignedLong(uids[middle]);
      if (found == uid) {
        return middle;
      }
      if (found < uid) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }
}
