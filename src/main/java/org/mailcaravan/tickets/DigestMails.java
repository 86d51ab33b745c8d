package org.mailcaravan.tickets;

import jakarta.mail.MessagingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import org.mailcaravan.model.Sha256;
import org.mailcaravan.model.status.Digest;
import org.mailcaravan.report.NightDigest;
import org.mailcaravan.store.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mails the digest to those who run the service, once a day: the bean {@code digest-mails} of the
 * routes. Of several nodes one sends it. That it is sent is recorded once our mail server has taken
 * it: a kill, or a server that is away, makes it late, and a kill in between makes it come twice,
 * with the same Message-ID. It tells of the time since the last one was due, and the first one of
 * the time since the first start. Thread-safe.
 */
public final class DigestMails {
  private static final Logger LOG = LoggerFactory.getLogger(DigestMails.class);

  /** Of the names of timers, which have at most 100 characters. */
  private static final String TIMER = "digest-mail ";

  private static final int DIGITS = 16;

  /** How much one tells of at most after an outage. */
  private static final int MOST_DAYS = 7;

  private final NightDigest digests;
  private final Timers timers;
  private final Smtp smtp;
  private final List<String> operators;
  private final LocalTime at;
  private final ZoneId zone;
  private final Clock clock;
  private final Instant started;

  /**
   * @param operators the addresses that get it
   * @param at the time of the day
   * @param zone of that
   */
  public DigestMails(
      NightDigest digests,
      Timers timers,
      Smtp smtp,
      List<String> operators,
      LocalTime at,
      ZoneId zone,
      Clock clock) {
    this.digests = digests;
    this.timers = timers;
    this.smtp = smtp;
    this.operators = List.copyOf(operators);
    this.at = at;
    this.zone = zone;
    this.clock = clock;
    started = clock.instant();
  }

  /** Sends what is due. To be called every few minutes. */
  public void turn() {
    ZonedDateTime due = lastDue();
    for (String operator : operators) {
      try {
        String timer = TIMER + id(operator);
        Instant last = timers.last(timer).orElse(null);
        if (last == null) {
          // There was no service before, of which one could tell.
          boolean unused = timers.mine(timer, started);
        } else {
          Instant since = since(last, due);
          boolean unused = timers.once(timer, due.toInstant(), () -> send(operator, since, due));
        }
      } catch (NotSent e) {
        LOG.warn("the digest is not sent to {} yet: {}", operator, e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("the digest for {} failed, and is tried again", operator, e);
      }
    }
  }

  /** When the last one should have been sent. */
  private ZonedDateTime lastDue() {
    ZonedDateTime now = clock.instant().atZone(zone);
    ZonedDateTime today = now.toLocalDate().atTime(at).atZone(zone);
    return today.isAfter(now) ? now.toLocalDate().minusDays(1).atTime(at).atZone(zone) : today;
  }

  private static String id(String operator) {
    return HexFormat.of()
        .formatHex(Sha256.digest().digest(operator.getBytes(StandardCharsets.UTF_8)))
        .substring(0, DIGITS);
  }

  /** So that the next one tells of the days on which none could be sent. */
  private Instant since(Instant last, ZonedDateTime due) {
    Instant earliest = due.toLocalDate().minusDays(MOST_DAYS).atTime(at).atZone(zone).toInstant();
    return last.isBefore(earliest) ? earliest : last;
  }

  private void send(String operator, Instant since, ZonedDateTime due) {
    // The next one begins where this one ends, however late it is sent.
    Digest digest = digests.between(since, due.toInstant());
    String day = DateTimeFormatter.BASIC_ISO_DATE.format(due.toLocalDate());
    Letter letter =
        new Letter(
            operator,
            digests.subject(digest),
            digests.plain(digest),
            digests.html(digest),
            "<digest." + day + "." + id(operator) + "@" + smtp.domain() + ">",
            "",
            List.of(),
            List.of());
    try {
      smtp.send(letter);
    } catch (MessagingException e) {
      NotGiven why = NotGiven.of(e);
      if (!why.isFinal()) {
        throw new NotSent(why.words(), e);
      }
      LOG.error("the digest is not sent to {} (operators.mail): {}", operator, why.words());
    }
  }

  /** Our mail server could not be reached, or does not take it now. */
  private static final class NotSent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotSent(String why, Throwable cause) {
      super(why, cause);
    }
  }
}
