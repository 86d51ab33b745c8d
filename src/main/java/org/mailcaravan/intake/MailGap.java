package org.mailcaravan.intake;

/**
 * What stands between two fields of a mail. After an empty line, a text, or the heading of
 * something else, a password or a login name need not be of the mailbox above. For one text.
 */
final class MailGap {
  private boolean isEmpty;
  private boolean isBroken;
  private boolean isOpened;
  private boolean hasField;

  /** Passes an empty line, or one that only separates. */
  void addEmpty() {
    isEmpty = true;
    isOpened = false;
    hasField = false;
  }

  /**
   * Passes a line that is no field.
   *
   * @param isBreak whether it begins something else
   */
  void addLine(boolean isBreak) {
    isBroken |= isBreak;
    isOpened |= !hasField;
  }

  /** Passes a field, with which the next gap begins. */
  void addField() {
    isEmpty = false;
    isBroken = false;
    hasField = true;
  }

  /** Whether an empty line is before the next field. */
  boolean isEmpty() {
    return isEmpty;
  }

  /** Whether the next field stands in another paragraph than the last one, or below a text. */
  boolean isOne() {
    return isEmpty || isBroken;
  }

  /** Whether the next field may be of something else than the last one. */
  boolean isApart() {
    return isBroken || (isEmpty && isOpened);
  }

  /** Whether the paragraph of the next field begins with something else. */
  boolean isOpened() {
    return isOpened;
  }
}
