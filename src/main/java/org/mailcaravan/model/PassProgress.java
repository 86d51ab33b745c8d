package org.mailcaravan.model;

/**
 * How far a pass is.
 *
 * @param messagesDone copied, already there or set aside
 * @param messagesTotal at the source; -1 until that is known
 * @param bytesDone octets of copied messages
 * @param bytesTotal octets at the source as announced; -1 until that is known
 */
public record PassProgress(long messagesDone, long messagesTotal, long bytesDone, long bytesTotal) {
  /** Of a pass that has not looked yet. */
  public static final PassProgress NONE = new PassProgress(0, -1, 0, -1);
}
