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
 * @param messages what became of the source messages; adds up to all that the source shows
 * @param copies where the copies are now; adds up to the delivered ones
 * @param destinationMessages how many messages the destination folder holds
 * @param notOurs how many of these were not delivered from this mailbox
 * @param sourceDigest SHA-256, in hexadecimal, of the sorted digests of the delivered messages as
 *     they are at the source
 * @param destinationDigest the same of their copies; equal to the other if and only if every copy
 *     is there and as it was
 * @param obstacle why the folder could not be compared as a whole, or null
 * @param listed the messages that are not as they should be; bounded, while the counts are exact
 * @param notes sentences about what was taken into account
 * @param flags what the destination made of the flags of the copies
 * @param surplus what is at the destination more than once
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
    Surplus surplus) {
  /**
   * @param flags null in what earlier versions have stored
   * @param surplus null in what earlier versions have stored
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
      @Nullable Surplus surplus) {
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
  }

  /**
   * What the destination has more than once.
   *
   * @param copies how many copies are too many
   * @param sentAgain second copies of what was sent again, since the destination showed it late:
   *     how many, and in which folders by which UIDs; empty when there are none
   */
  public record Surplus(long copies, String sentAgain) {
    /** Everything is there once. */
    public static final Surplus NONE = new Surplus(0, "");
  }

  /**
   * What the destination made of the flags of the copies, found right after they were written.
   *
   * @param wrong how many copies have a wrong system flag, such as {@code \Seen}
   * @param changed all flags and keywords that it dropped or added
   */
  public record Flags(long wrong, List<ChangedFlag> changed) {
    /** As they were written. */
    public static final Flags NONE = new Flags(0, List.of());

    public Flags {
      changed = List.copyOf(changed);
    }
  }

  /**
   * A flag or keyword that is not as it was written.
   *
   * @param dropped how many copies lost it
   * @param added how many got it
   */
  public record ChangedFlag(String flag, long dropped, long added) {}

  /**
   * What became of the messages of the source folder, each counted once.
   *
   * @param copied by us
   * @param alreadyThere found at the destination before us
   * @param elsewhere copied once, from another folder, as a rule says
   * @param setAside refused by the destination and kept as files
   * @param failed not given by the source
   * @param unaccounted not seen by any pass, or seen and not copied
   */
  public record Messages(
      long copied,
      long alreadyThere,
      long elsewhere,
      long setAside,
      long failed,
      long unaccounted) {
    /** All messages of the source folder. */
    public long all() {
      return delivered() + elsewhere + missing();
    }

    /** Those that came to the destination from this folder. */
    public long delivered() {
      return copied + alreadyThere;
    }

    /** Those that did not come to the destination. */
    public long missing() {
      return setAside + failed + unaccounted;
    }
  }

  /**
   * Where the copies of the delivered messages are.
   *
   * @param inPlace in their folder, and as they were
   * @param movedByUser in another folder
   * @param gone nowhere at the destination
   * @param altered there, but otherwise than at the source, or not to be read
   * @param cut as the source gave them, which is less than it announces
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
    /** It is there as the source gave it, which is less than it announces. */
    CUT,
    /** It is there, otherwise than at the source, since the destination refused it as it is. */
    REPAIRED
  }

  /**
   * A message that is not as it should be, or not as it was.
   *
   * @param uid at the source
   * @param finding what is known of it
   * @param detail the same as a sentence
   */
  public record Listed(long uid, Reason reason, Finding finding, String detail) {
    /**
     * @param finding null in what earlier versions have stored
     */
    public Listed(long uid, Reason reason, @Nullable Finding finding, String detail) {
      this.uid = uid;
      this.reason = reason;
      this.finding = finding == null ? Finding.OTHER : finding;
      this.detail = detail;
    }

    /** One of which only the sentence tells more. */
    public Listed(long uid, Reason reason, String detail) {
      this(uid, reason, Finding.OTHER, detail);
    }
  }

  /** What is known of a message that is listed, as far as a decision hangs on it. */
  public enum Finding {
    /** The destination said that it had stored it, and does not have it. */
    NOT_STORED,
    /** The copy has another date. */
    OTHER_DATE,
    /** The copy is as the source gave the message once, and not as it gives it now. */
    GIVEN_OTHERWISE,
    /** The source does not give it, so that it was not compared. */
    NOT_GIVEN_BY_SOURCE,
    /** The destination does not give it, so that it was not compared. */
    NOT_GIVEN_BY_DESTINATION,
    /** Anything else. */
    OTHER
  }

  /** The same under the names that the two folders have now. */
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
        surplus);
  }

  /** The same, with what is at the destination more than once. */
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
        known);
  }

  /** What may be said of this folder alone. */
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
