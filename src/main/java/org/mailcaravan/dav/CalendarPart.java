package org.mailcaravan.dav;

import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Where;

/**
 * Where a component lies, and what has to be known to put it together with others. Of each
 * component of large files there is one, so it holds no text.
 */
final class CalendarPart {
  /** The event itself, rather than an exception of it. */
  static final Digest.Value MASTER = Digest.valueOf("");

  final ExportPart text;
  final long start;
  final int length;
  final int line;

  /** VEVENT, VTODO, VJOURNAL, VFREEBUSY or VTIMEZONE. */
  final String type;

  /** Which calendar of all texts it stands in; -1 outside of any. */
  final int calendar;

  /** Its own, or derived from its content. */
  final Digest.Value uid;

  final boolean derived;

  /** Which occurrence it replaces (RECURRENCE-ID), or {@link #MASTER}. */
  final Digest.Value instance;

  /** The same for components that say the same. */
  final Digest.Value content;

  /** SEQUENCE (RFC 5545, section 3.8.7.4), or -1. */
  final int sequence;

  /** LAST-MODIFIED as a number that grows with it, or 0. */
  final long modified;

  private final long[] says;
  private final boolean unique;

  /** The next one with the same UID, in the order of the texts. */
  @Nullable CalendarPart next;

  /** Of the first one with its UID: the last one. */
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
    this.says = summary.says;
    this.unique = summary.unique;
  }

  /** What a component without a UID gets; the same for the same content. */
  String derivedUid() {
    return "mailcaravan-" + content.hex();
  }

  Where.InFile place() {
    return text.place(line);
  }

  /**
   * Whether two of one UID can be revisions of one event. Where the UID is a short one, the time of
   * its making, its beginning or its title must agree, too.
   */
  boolean isLike(CalendarPart other) {
    if (unique) {
      return true;
    }
    for (int i = 0; i < says.length; i++) {
      if (says[i] != 0 && says[i] == other.says[i]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Greater than 0 when this is the newer revision of the two, less when the other is (RFC 5546,
   * section 2.1.5), 0 when that cannot be told.
   */
  int compareRevision(CalendarPart other) {
    if (sequence >= 0 && other.sequence >= 0 && sequence != other.sequence) {
      return Integer.compare(sequence, other.sequence);
    }
    return modified > 0 && other.modified > 0 ? Long.compare(modified, other.modified) : 0;
  }
}
