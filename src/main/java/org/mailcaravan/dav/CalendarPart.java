package org.mailcaravan.dav;

import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Where;

/**
 * Where a component is, and what decides which resource it belongs to. There is one for each
 * component of a large file, so it holds no text.
 */
final class CalendarPart {
  /** The instance of an event itself, not of an exception. */
  static final Digest.Value MASTER = Digest.valueOf("");

  final ExportPart text;
  final long start;
  final int length;
  final int line;

  /** VEVENT, VTODO, VJOURNAL, VFREEBUSY or VTIMEZONE. */
  final String type;

  /** Number of its calendar, counted over all texts; -1 outside of any. */
  final int calendar;

  /** Its own, or derived from its content. */
  final Digest.Value uid;

  final boolean derived;

  /** Digest of the RECURRENCE-ID, the occurrence that it replaces, or {@link #MASTER}. */
  final Digest.Value instance;

  /** Equal for components with the same content, apart from their revision. */
  final Digest.Value content;

  /** SEQUENCE (RFC 5545, section 3.8.7.4), or -1. */
  final int sequence;

  /** LAST-MODIFIED as a number, yyyyMMddHHmmss, or 0. */
  final long modified;

  private final long[] marks;
  private final boolean unique;

  /** The next component with the same UID, in the order of the texts. */
  @Nullable CalendarPart next;

  /** In the first component with a UID: the last one with it. */
  @Nullable CalendarPart last;

  CalendarPart(
      ExportPart text,
      long start,
      int length,
      int line,
      int calendar,
      ComponentSummary summary,
      Digest.Value content) {
    this.text = text;
    this.start = start;
    this.length = length;
    this.line = line;
    this.calendar = calendar;
    this.type = summary.type;
    this.derived = summary.uid == null;
    this.content = content;
    this.uid = summary.uid == null ? Digest.valueOf(derivedUid()) : summary.uid;
    this.instance = summary.instance;
    this.sequence = summary.sequence;
    this.modified = summary.modified;
    this.marks = summary.marks;
    this.unique = summary.unique;
  }

  /** The UID that a component without one gets; equal for equal content. */
  String derivedUid() {
    return "mailcaravan-" + content.hex();
  }

  Where.InFile place() {
    return text.place(line);
  }

  /**
   * Whether two components with one UID can be revisions of one event. A short UID may not be
   * unique; then the creation time, start or title must be the same too.
   */
  boolean isLike(CalendarPart other) {
    if (unique) {
      return true;
    }
    for (int i = 0; i < marks.length; i++) {
      if (marks[i] != 0 && marks[i] == other.marks[i]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Positive when this is the newer revision of the two, negative when the other is (RFC 5546,
   * section 2.1.5), 0 when neither marks so.
   */
  int compareRevision(CalendarPart other) {
    if (sequence >= 0 && other.sequence >= 0 && sequence != other.sequence) {
      return Integer.compare(sequence, other.sequence);
    }
    return modified > 0 && other.modified > 0 ? Long.compare(modified, other.modified) : 0;
  }
}
