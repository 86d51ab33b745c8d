package org.mailcaravan.sync.copy;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.OutgoingMessage;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.RepairedCopy;
import org.mailcaravan.sync.messages.Keywords;
import org.mailcaravan.sync.messages.MessageDate;
import org.mailcaravan.sync.messages.Repair;
import org.mailcaravan.sync.messages.RepairedContent;
import org.mailcaravan.sync.session.DiskFull;
import org.mailcaravan.sync.session.Spool;

/**
 * Finds the least change with which the destination takes a message that it refuses as it is:
 * without its keywords, with another date, and only then with a repair of its content, or with
 * several. What was done is recorded, and the original is kept.
 */
public final class Remedies {
  /** What became of one try. */
  enum Outcome {
    STORED,
    REFUSED,
    /** It is not about the message; no other change would help. */
    PUT_OFF
  }

  /** More than this many keywords of one message are not tried one by one. */
  private static final int MOST_KEYWORDS = 20;

  private final FolderCopy copy;
  private final SetAside setAside;
  private final Spool spool;
  private final Clock clock;
  private final SourceMessage message;
  private final OutgoingMessage usual;
  private final ServerRefusal refusal;
  private final Function<OutgoingMessage, Outcome> attempt;
  private final LongSupplier uid;

  /**
   * @param usual what was refused
   * @param attempt sends the message so
   * @param uid its UID at the destination once it is stored; 0 when that is not known
   */
  Remedies(
      FolderCopy copy,
      SetAside setAside,
      Spool spool,
      Clock clock,
      SourceMessage message,
      OutgoingMessage usual,
      ServerRefusal refusal,
      Function<OutgoingMessage, Outcome> attempt,
      LongSupplier uid) {
    this.copy = copy;
    this.setAside = setAside;
    this.spool = spool;
    this.clock = clock;
    this.message = message;
    this.usual = usual;
    this.refusal = refusal;
    this.attempt = attempt;
    this.uid = uid;
  }

  /** Tries; {@link Outcome#REFUSED} when nothing helps. */
  Outcome find() {
    Set<String> systemFlags = Keywords.systemFlags(usual.flags());
    boolean keywords = systemFlags.size() < usual.flags().size();
    Outcome outcome =
        keywords
            ? attempt.apply(new OutgoingMessage(systemFlags, usual.internalDate(), usual.content()))
            : Outcome.REFUSED;
    if (outcome == Outcome.STORED) {
      learnKeywords(systemFlags);
    }
    if (outcome == Outcome.REFUSED && usual.internalDate() != null && isAbout("date")) {
      OffsetDateTime date = MessageDate.ofHeader(usual.content(), clock).orElse(null);
      outcome = otherDate(date);
      if (outcome == Outcome.REFUSED && date != null) {
        outcome = otherDate(null);
      }
    }
    List<Repair> applicable =
        outcome == Outcome.REFUSED ? RepairedContent.applicable(usual.content()) : List.of();
    for (int i = 0; i < applicable.size() && outcome == Outcome.REFUSED; i++) {
      outcome = repaired(List.of(applicable.get(i)), usual.flags());
    }
    for (int i = 2; i <= applicable.size() && outcome == Outcome.REFUSED; i++) {
      outcome = repaired(applicable.subList(0, i), usual.flags());
    }
    if (outcome == Outcome.REFUSED && keywords && !applicable.isEmpty()) {
      outcome = repaired(applicable, systemFlags);
    }
    return outcome;
  }

  /** How many ways there are where the server ends the connection rather than saying NO. */
  int ways() {
    return (hasKeywords() ? 1 : 0) + repairs().size();
  }

  /**
   * Tries one of them: without keywords, then each repair, then all of them.
   *
   * @param number from 0
   */
  Outcome way(int number) {
    int first = hasKeywords() ? 1 : 0;
    if (number < first) {
      Set<String> systemFlags = Keywords.systemFlags(usual.flags());
      Outcome outcome =
          attempt.apply(new OutgoingMessage(systemFlags, usual.internalDate(), usual.content()));
      if (outcome == Outcome.STORED) {
        copy.failures().refusedKeywords().addAll(usual.flags());
        copy.failures().refusedKeywords().removeAll(systemFlags);
      }
      return outcome;
    }
    return repaired(repairs().get(number - first), usual.flags());
  }

  private boolean hasKeywords() {
    return Keywords.systemFlags(usual.flags()).size() < usual.flags().size();
  }

  private List<List<Repair>> repairs() {
    List<Repair> applicable = RepairedContent.applicable(usual.content());
    List<List<Repair>> ways = new ArrayList<>();
    applicable.forEach(repair -> ways.add(List.of(repair)));
    if (applicable.size() > 1) {
      ways.add(applicable);
    }
    return ways;
  }

  private boolean isAbout(String word) {
    return refusal.text().toLowerCase(Locale.ROOT).contains(word);
  }

  /** One that is refused must not cost the others, of this message and of those that follow. */
  private void learnKeywords(Set<String> systemFlags) {
    Set<String> keywords = new TreeSet<>(usual.flags());
    keywords.removeAll(systemFlags);
    copy.failures().refusedKeywords().addAll(keywords);
    if (keywords.size() == 1 || keywords.size() > MOST_KEYWORDS) {
      return;
    }
    long stored = uid.getAsLong();
    if (stored == 0) {
      return;
    }
    for (String keyword : keywords) {
      try {
        copy.session()
            .in(
                Side.DESTINATION,
                copy.place(),
                copy.destination(),
                connection -> connection.store(List.of(stored), true, Set.of(keyword), -1));
        copy.failures().refusedKeywords().remove(keyword);
      } catch (NeedsAttention e) {
        if (!(e.getCause() instanceof CommandRefused)) {
          throw e;
        }
      }
    }
  }

  private Outcome otherDate(@Nullable OffsetDateTime date) {
    return noted(
        message.fingerprint(),
        usual.content().size(),
        "its date was refused, and it has "
            + (date == null ? "that of its copying" : "the one of its header"),
        new OutgoingMessage(usual.flags(), date, usual.content()));
  }

  private Outcome repaired(List<Repair> repairs, Set<String> flags) {
    try (RepairedContent content = RepairedContent.of(usual.content(), repairs, spool)) {
      return noted(
          content.fingerprint(),
          content.size(),
          repairs.stream().map(Repair::words).collect(Collectors.joining("; ")),
          new OutgoingMessage(flags, usual.internalDate(), content));
    } catch (DiskFull e) {
      throw DiskFull.problem(copy.place(), e, e);
    }
  }

  /**
   * Noted, and the original kept, before it is stored: it is known again then when the answer is
   * lost.
   */
  private Outcome noted(Fingerprint stored, long octets, String repairs, OutgoingMessage outgoing) {
    Fingerprint original = message.fingerprint();
    Objects.requireNonNull(original.whole());
    SetAside.Kept kept =
        setAside.keep(
            copy.plan(),
            message,
            "The new server refused this message ("
                + refusal
                + ") and it is stored repaired: "
                + repairs
                + ". This is the original.");
    copy.ledger().recordRepair(original, new RepairedCopy(stored, octets, false, repairs));
    Outcome outcome = attempt.apply(outgoing);
    if (outcome == Outcome.STORED) {
      copy.session()
          .tally()
          .note(
              "The new server refused some messages of "
                  + copy.place()
                  + " as they are; they are stored repaired, as the certificate lists, and "
                  + (kept.isWhole()
                      ? "their originals are kept in "
                      : "the originals of some are not kept, since copy.set-aside-mib allows no more; the reasons are in ")
                  + Objects.requireNonNull(kept.file().getParent())
                  + ".");
      return outcome;
    }
    copy.ledger().forgetRepair(original);
    if (copy.work().wasSetAside(message.uid())) {
      setAside.keep(copy.plan(), message, "The new server refused this message: " + refusal);
    } else {
      setAside.forget(copy.plan(), message.uid());
    }
    return outcome;
  }
}
