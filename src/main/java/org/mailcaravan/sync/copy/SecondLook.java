package org.mailcaravan.sync.copy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.sync.copy.AnnouncedSizes.Fit;
import org.mailcaravan.sync.diagnosis.Diagnosis;
import org.mailcaravan.sync.messages.Digests;
import org.mailcaravan.sync.messages.HeaderPrint;
import org.mailcaravan.sync.messages.TextDigest;

/**
 * Asks once more, and alone, for a message that is not as large as its server announces: a server
 * may cut a message short, or give a text in its place, and give it whole the next time. What fits
 * counts, or else what is longer. For one thread at a time.
 */
final class SecondLook {
  /** How often a message is asked for that is different each time, the first time included. */
  private static final int MOST_ANSWERS = 3;

  private final AnnouncedSizes sizes;
  private final BatchContents contents;
  private final Function<SourceMessage, Fit> fit;
  private final Set<Long> asked = new HashSet<>();
  private final Set<Long> wrong = new HashSet<>();
  private final Set<Long> ungiven = new HashSet<>();
  private final Set<Long> askedText = new HashSet<>();
  private final Set<Long> ofSameText = new HashSet<>();

  SecondLook(AnnouncedSizes sizes, BatchContents contents, Function<SourceMessage, Fit> fit) {
    this.sizes = sizes;
    this.contents = contents;
    this.fit = fit;
  }

  /** Whether to ask for a message; once at most. */
  boolean mayAsk(SourceMessage message) {
    return fit.apply(message).isDoubtful()
        && !asked.contains(message.uid())
        && sizes.mayLookAgain(fit.apply(message))
        && asked.add(message.uid());
  }

  /** As {@link #mayAsk}, of a message that came with another size than was announced before. */
  boolean mayAskOf(SourceMessage message) {
    return !asked.contains(message.uid())
        && sizes.mayLookAgain(Fit.NEAR)
        && asked.add(message.uid());
  }

  /**
   * Whether what came cannot be the message: it was different each time and never as announced, or
   * the server gives another Message-ID in its header.
   */
  boolean isWrong(long uid) {
    return wrong.contains(uid);
  }

  /** Whether the server gave nothing of a message that was asked for again, and did not refuse. */
  boolean isUngiven(long uid) {
    return ungiven.contains(uid);
  }

  /** Whether to ask for the text of a message alone; once at most. */
  boolean mayAskText(long uid) {
    return !wrong.contains(uid)
        && !askedText.contains(uid)
        && sizes.mayAskText()
        && askedText.add(uid);
  }

  /**
   * Asks for what follows the header alone. A server that cuts each answer after so many octets
   * gives more of it then, or the body that it left out.
   */
  boolean askText(ImapConnection connection, SourceMessage message) {
    sizes.askedText();
    try {
      Optional<String> came = TextDigest.of(message.content());
      if (came.isPresent() && Digests.isText(connection, message.uid(), came.get())) {
        ofSameText.add(message.uid());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a message cannot be read from the spool folder", e);
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof CommandRefused refused)
          || Diagnosis.isThrottling(refused.refusal())) {
        throw e;
      }
    }
    return true;
  }

  /** Whether the server gave the same text when it was asked for that alone. */
  boolean isOfSameText(long uid) {
    return ofSameText.contains(uid);
  }

  /** The best of what comes of a message; the contents of the others are closed. */
  SourceMessage best(ImapConnection connection, SourceMessage first) {
    SourceMessage best = first;
    boolean same = true;
    try {
      for (int answers = 1; answers < MOST_ANSWERS; answers++) {
        SourceMessage next = ask(connection, first.uid());
        if (next == null) {
          break;
        }
        if (isSame(next, best)) {
          next.content().close();
          break;
        }
        same = false;
        best = better(best, next, first);
        if (fit.apply(best) == Fit.EXACT) {
          break;
        }
      }
      Fit came = fit.apply(best);
      if ((came == Fit.SHORT || came == Fit.LONG) && (!same || isAnother(connection, best))) {
        wrong.add(first.uid());
      }
    } catch (RuntimeException | Error e) {
      if (!best.equals(first)) {
        best.content().close();
      }
      throw e;
    }
    sizes.lookedAgain(same && !ungiven.contains(first.uid()));
    if (!best.equals(first)) {
      first.content().close();
    }
    return best;
  }

  /** Null when it is not given. */
  private @Nullable SourceMessage ask(ImapConnection connection, long uid) {
    AtomicReference<@Nullable SourceMessage> came = new AtomicReference<>();
    Optional<CommandRefused> refused =
        ReadingTrial.refusal(
            connection.fetch(
                Long.toString(uid),
                EnumSet.of(FetchItem.FLAGS, FetchItem.INTERNALDATE, FetchItem.MESSAGE),
                contents,
                message -> {
                  if (message.content() instanceof BatchContents.Fingerprinted content
                      && (message.uid() != uid
                          || content.size() == 0
                          || !came.compareAndSet(null, SourceMessage.of(message, content)))) {
                    content.close();
                  }
                }));
    if (refused.isPresent() && Diagnosis.isThrottling(refused.get().refusal())) {
      throw refused.get();
    }
    if (refused.isEmpty() && came.get() == null) {
      ungiven.add(uid);
    }
    return came.get();
  }

  private static boolean isSame(SourceMessage one, SourceMessage other) {
    return one.content().size() == other.content().size()
        && one.fingerprint().equals(other.fingerprint());
  }

  /** The first is closed at the end only, since it counts when the connection is lost. */
  private SourceMessage better(SourceMessage best, SourceMessage next, SourceMessage first) {
    Fit before = fit.apply(best);
    Fit now = fit.apply(next);
    boolean better =
        now == Fit.EXACT
            || (before != Fit.EXACT
                && before != Fit.NEAR
                && (now == Fit.NEAR || next.content().size() > best.content().size()));
    SourceMessage other = better ? best : next;
    if (!other.equals(first)) {
      other.content().close();
    }
    return better ? next : best;
  }

  /** Whether its header, asked for by itself, is that of another message than what came. */
  private static boolean isAnother(ImapConnection connection, SourceMessage message) {
    HeaderPrint told;
    try {
      told = Digests.headers(connection, List.of(message.uid())).get(message.uid());
    } catch (CompletionException e) {
      if (e.getCause() instanceof CommandRefused) {
        return false;
      }
      throw e;
    }
    if (told == null || !told.hasMessageId()) {
      return false;
    }
    try {
      HeaderPrint came = Digests.header(message.content());
      return !came.hasMessageId() || came.longName() != told.longName();
    } catch (IOException e) {
      throw new UncheckedIOException("a message cannot be read from the spool folder", e);
    }
  }
}
