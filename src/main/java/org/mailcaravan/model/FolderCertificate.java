package org.mailcaravan.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of every message of a source folder. Never holds a subject line or text of a message.
 *
 * @param source the folder's name at the source
 * @param destination its name at the destination; empty when it has no folder there
 * @param verified when both sides were compared
 * @param deep whether contents were compared, rather than sizes and dates
 * @param messages what became of the source messages; the counts add up to all messages that the
 *     source shows
 * @param copies where the copies are now; the counts add up to the delivered messages
 * @param destinationMessages how many messages the destination folder holds
 * @param notOurs how many of these were not delivered from this mailbox
 * @param sourceDigest SHA-256, in hexadecimal, of the sorted digests of the delivered messages at
 *     the source
 * @param destinationDigest the same of their copies; equal to {@code sourceDigest} if and only if
 *     every copy is there and unchanged
 * @param obstacle why the folder could not be compared as a whole, or null
 * @param listed the messages that are not as they should be; the list has a limit, the counts are
 *     exact
 * @param notes sentences: what the comparison took into account
 * @param flags what the destination made of the flags of the copies
 * @param surplus what is at the destination more than once
 * @param leftOut the rules that leave out messages of the folder, and how many each
 */
public record FolderCertificate(
    String source,
    String destination,
    Instant verified,
    boolean deep,
    Messages messages,
    Copies copies,
    long destinationMessages,
    long notOurs,
    String sourceDigest,
    String destinationDigest,
    @Nullable String obstacle,
    List<Listed> listed,
    List<String> notes,
    Flags flags,
    Surplus surplus,
    List<LeftOut> leftOut) {
  /**
   * Checks that the counts agree.
   *
   * @param flags null in accounts that earlier versions stored
   * @param surplus null in accounts that earlier versions stored
   * @param leftOut null in accounts that earlier versions stored
   */
  public FolderCertificate(
      String source,
      String destination,
      Instant verified,
      boolean deep,
      Messages messages,
      Copies copies,
      long destinationMessages,
      long notOurs,
      String sourceDigest,
      String destinationDigest,
      @Nullable String obstacle,
      List<Listed> listed,
      List<String> notes,
      @Nullable Flags flags,
      @Nullable Surplus surplus,
      @Nullable List<LeftOut> leftOut) {
    if (copies.all() != messages.delivered()) {
      throw new IllegalArgumentException(
          copies.all() + " copies of " + messages.delivered() + " messages");
    }
    this.source = source;
    this.destination = destination;
    this.verified = verified;
    this.deep = deep;
    this.messages = messages;
    this.copies = copies;
    this.destinationMessages = destinationMessages;
    this.notOurs = notOurs;
    this.sourceDigest = sourceDigest;
    this.destinationDigest = destinationDigest;
    this.obstacle = obstacle;
    this.listed = List.copyOf(listed);
    this.notes = List.copyOf(notes);
    this.flags = flags == null ? Flags.NONE : flags;
    this.surplus = surplus == null ? Surplus.NONE : surplus;
    this.leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
  }

  /**
   * A rule that leaves out messages of the folder.
   *
   * @param rule with its reason, as it is shown
   * @param messages how many
   */
  public record LeftOut(String rule, long messages) {}

  /**
   * What the destination has more than once.
   *
   * @param copies how many copies are too many
   * @param sentAgain second copies of messages that were sent again because the destination showed
   *     them late: how many, and their folders and UIDs as text; empty when there are none
   */
  public record Surplus(long copies, String sentAgain) {
    /** Nothing is there more than once. */
    public static final Surplus NONE = new Surplus(0, "");
  }

  /**
   * How the destination changed the flags of the copies, as found right after they were written.
   *
   * @param wrong how many copies have a wrong system flag, such as {@code \Seen}
   * @param changed the flags and keywords that it dropped or added
   */
  public record Flags(long wrong, List<ChangedFlag> changed) {
    /** All flags are as they were written. */
    public static final Flags NONE = new Flags(0, List.of());

    public Flags {
      changed = List.copyOf(changed);
    }
  }

  /**
   * A flag or keyword that the destination changed.
   *
   * @param dropped how many copies lost it
   * @param added how many got it
   */
  public record ChangedFlag(String flag, long dropped, long added) {}

  /**
   * What became of the messages of the source folder, each counted once.
   *
   * @param copied copied by this program
   * @param alreadyThere found at the destination before the first pass
   * @param elsewhere copied once, from another folder, because of a rule
   * @param setAside refused by the destination and kept as files
   * @param failed the source could not give them
   * @param unaccounted not seen by any pass, or seen and not copied
   * @param leftOut not copied on purpose, because of a rule
   */
  public record Messages(
      long copied,
      long alreadyThere,
      long elsewhere,
      long setAside,
      long failed,
      long unaccounted,
      long leftOut) {
    /** All messages of the source folder. */
    public long all() {
      return delivered() + elsewhere + leftOut + missing();
    }

    /** Messages that came to the destination from this folder. */
    public long delivered() {
      return copied + alreadyThere;
    }

    /** Messages that did not come to the destination. */
    public long missing() {
      return setAside + failed + unaccounted;
    }
  }

  /**
   * Where the copies of the delivered messages are.
   *
   * @param inPlace in their folder, and unchanged
   * @param movedByUser in another folder
   * @param gone nowhere at the destination
   * @param altered there, but different from the source, or not readable
   * @param cut shorter than the source announces
   */
  public record Copies(long inPlace, long movedByUser, long gone, long altered, long cut) {
    /** All of them. */
    public long all() {
      return inPlace + movedByUser + gone + altered + cut;
    }
  }

  /** Why a message is listed. */
  public enum Reason {
    SET_ASIDE,
    FAILED,
    UNACCOUNTED,
    GONE,
    ALTERED,
    /** The source gave less of it than it announces, and that is what is there. */
    CUT,
    /** It is there with a change, since the destination refused the original. */
    REPAIRED
  }

  /**
   * A message that is not as it should be, or was stored with a change.
   *
   * @param uid at the source
   * @param finding what the comparison found
   * @param detail the finding as a sentence
   */
  public record Listed(long uid, Reason reason, Finding finding, String detail) {
    /**
     * @param finding null in accounts that earlier versions stored
     */
    public Listed(long uid, Reason reason, @Nullable Finding finding, String detail) {
      this.uid = uid;
      this.reason = reason;
      this.finding = finding == null ? Finding.OTHER : finding;
      this.detail = detail;
    }

    /** A message with a finding that only the sentence describes. */
    public Listed(long uid, Reason reason, String detail) {
      this(uid, reason, Finding.OTHER, detail);
    }
  }

  /** What the comparison found about a listed message, as far as decisions depend on it. */
  public enum Finding {
    /** The destination said that it stored the message, and does not have it. */
    NOT_STORED,
    /** The copy has another date. */
    OTHER_DATE,
    /** The copy is as the source gave the message earlier; the source gives it differently now. */
    GIVEN_OTHERWISE,
    /** Not compared: the source does not give the message. */
    NOT_GIVEN_BY_SOURCE,
    /** Not compared: the destination does not give the copy. */
    NOT_GIVEN_BY_DESTINATION,
    /** Anything else. */
    OTHER
  }

  /** A copy with the names that the two folders have now. */
  public FolderCertificate named(String sourceNow, String destinationNow) {
    return new FolderCertificate(
        sourceNow,
        destinationNow,
        verified,
        deep,
        messages,
        copies,
        destinationMessages,
        notOurs,
        sourceDigest,
        destinationDigest,
        obstacle,
        listed,
        notes,
        flags,
        surplus,
        leftOut);
  }

  /** A copy with another surplus. */
  public FolderCertificate with(Surplus known) {
    return new FolderCertificate(
        source,
        destination,
        verified,
        deep,
        messages,
        copies,
        destinationMessages,
        notOurs,
        sourceDigest,
        destinationDigest,
        obstacle,
        listed,
        notes,
        flags,
        known,
        leftOut);
  }

  /** The verdict for this folder alone. */
  public Verdict verdict() {
    if (obstacle != null
        || messages.missing() > 0
        || copies.altered() > 0
        || copies.cut() > 0
        || flags.wrong() > 0) {
      return Verdict.INCOMPLETE;
    }
    return copies.gone() > 0 ? Verdict.DELIVERED : Verdict.COMPLETE;
  }
}
