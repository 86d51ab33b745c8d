package org.mailcaravan.tickets;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Forecasts;
import org.mailcaravan.store.PreflightView;
import org.mailcaravan.store.ToldRequests;

/**
 * What an answer says, filled from the database: the same by mail, in a file and on the API. It
 * loads what it shows, however large the request is. Thread-safe.
 */
public final class AnswerText {
  /** Mailboxes, and problems, that an answer lists; the report has all. */
  private static final int MOST_LISTED = 100;

  /** As a line of an answer may name a start. */
  private static final DateTimeFormatter LINE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private final ToldRequests requests;
  private final PreflightView preflights;
  private final Forecasts forecasts;
  private final ZoneId zone;
  private final Map<Language, AnswerWords> words;
  private final AnswerWords usual;
  private final boolean usesNewPasswords;

  /**
   * @param zone of the times that it tells
   * @param templates by their languages, {@code usual} among them
   * @param usual the language of answers to requests that do not tell theirs
   * @param createsMailboxes whether the program has a missing mailbox created by itself
   * @param usesNewPasswords whether it logs in at the new server with the passwords of mailboxes
   */
  public AnswerText(
      ToldRequests requests,
      PreflightView preflights,
      Forecasts forecasts,
      ZoneId zone,
      Map<Language, AnswerTemplates> templates,
      Language usual,
      boolean createsMailboxes,
      boolean usesNewPasswords) {
    this.requests = requests;
    this.preflights = preflights;
    this.forecasts = forecasts;
    this.zone = zone;
    this.words = new EnumMap<>(Language.class);
    templates.forEach(
        (language, texts) ->
            words.put(language, new AnswerWords(texts, language, createsMailboxes)));
    this.usesNewPasswords = usesNewPasswords;
    this.usual = Objects.requireNonNull(words.get(usual));
  }

  /**
   * Both forms of an answer.
   *
   * @param plain with LF
   * @param html a page
   */
  record Forms(String plain, String html) {}

  /**
   * Both, of which the database is asked once.
   *
   * @throws IllegalStateException when an answer that follows another one has nothing to tell any
   *     more
   */
  Forms forms(Answers.Answer answer) {
    AnswerWords own = words(answer, null);
    Map<String, Object> values = values(answer, own);
    return new Forms(own.plain(values), own.html(values));
  }

  /**
   * As plain text, with LF.
   *
   * @param asked the language that is asked for now; null for that of the request
   */
  public String plain(Answers.Answer answer, @Nullable Language asked) {
    AnswerWords own = words(answer, asked);
    return own.plain(values(answer, own));
  }

  /**
   * As a page.
   *
   * @param asked as for {@link #plain}
   */
  public String html(Answers.Answer answer, @Nullable Language asked) {
    AnswerWords own = words(answer, asked);
    return own.html(values(answer, own));
  }

  /** To a request that cannot be used and is stored nowhere, as plain text. */
  public String plain(List<Problem> problems) {
    return usual.plain(usual.values().faults(usual.faults(problems, MOST_LISTED)).all());
  }

  private AnswerWords words(Answers.Answer answer, @Nullable Language asked) {
    Language wanted = asked == null ? answer.to().language() : asked;
    return wanted == null ? usual : words.getOrDefault(wanted, usual);
  }

  private Map<String, Object> values(Answers.Answer answer, AnswerWords own) {
    AnswerValues values =
        own.values()
            .wantsNewPasswords(usesNewPasswords)
            .isMail(answer.isMail())
            .notes(answer.to().notes().stream().map(own::told).toList())
            .faults(own.faults(answer.problems(), MOST_LISTED));
    String request = answer.requestId();
    if (request == null) {
      return values.all();
    }
    if (answer.isLater()) {
      ToldRequests.Steps steps = requests.stepsOf(request, answer.id(), MOST_LISTED);
      if (steps.count() == 0) {
        throw new IllegalStateException("the answer " + answer.id() + " has nothing to tell");
      }
      return values
          .isLater(true)
          .canBeAnswered(answer.isMail())
          .needsAddress(steps.ofMigration() > 1)
          .migration(request)
          .mailboxes(
              steps.first().stream()
                  .map(mailbox -> own.mailbox(mailbox, false, steps(mailbox, steps.steps(), own)))
                  .toList(),
              steps.count(),
              0)
          .all();
    }
    ToldRequests.Told told = requests.of(request, MOST_LISTED);
    boolean isCopied = forecasts.isCopied(request);
    Forecasts.Expected expected = isCopied ? null : forecasts.of(request).orElse(null);
    if (expected != null) {
      forecasts.told(request, expected);
    }
    return values
        .canBeAnswered(answer.isMail() && told.mailboxes() > 0)
        .needsAddress(told.mailboxes() > 1)
        .migration(request)
        .doneBy(
            expected == null ? "" : own.time(expected.doneBy(), zone),
            expected == null ? 0 : expected.parts(),
            expected != null && expected.nights(),
            told.rejected() == 0 && told.awaiting() == 0 && told.found() == 0,
            isCopied)
        .starts(starts(request, told.mailboxes(), own))
        .mailboxes(
            mailboxes(request, told.first(), told.awaitingOfFirst(), own),
            told.mailboxes(),
            told.awaiting())
        .problems(
            told.firstRejected().stream()
                .map(problem -> own.fault(problem, told.reading()))
                .toList(),
            told.rejected())
        .reading(own.reading(told.reading()))
        .all();
  }

  private List<AnswerValues.Start> starts(String request, int mailboxes, AnswerWords own) {
    return requests.starts(request).stream()
        .map(
            start -> {
              Instant wanted = start.wanted();
              return new AnswerValues.Start(
                  start.mailboxes() == mailboxes ? 0 : start.mailboxes(),
                  own.time(start.at(), zone),
                  LINE.format(start.at().atZone(zone)),
                  wanted == null ? "" : own.time(wanted, zone),
                  start.asked());
            })
        .toList();
  }

  private List<AnswerValues.Mailbox> mailboxes(
      String request, List<Mailbox> listed, Set<String> awaiting, AnswerWords own) {
    Map<String, Optional<Preflight>> looks =
        preflights.of(request, listed.stream().map(Mailbox::id).toList());
    Map<String, List<Problem>> found = requests.foundByPasses(request, listed);
    return listed.stream()
        .map(
            mailbox ->
                own.mailbox(
                    mailbox,
                    awaiting.contains(mailbox.id()),
                    found.containsKey(mailbox.id())
                        ? steps(mailbox, found, own)
                        : look(mailbox, looks, own)))
        .toList();
  }

  private static AnswerValues.Look steps(
      Mailbox mailbox, Map<String, List<Problem>> steps, AnswerWords own) {
    return own.steps(steps.getOrDefault(mailbox.id(), List.of()));
  }

  private static AnswerValues.Look look(
      Mailbox mailbox, Map<String, Optional<Preflight>> looks, AnswerWords own) {
    return looks.containsKey(mailbox.id())
        ? looks
            .getOrDefault(mailbox.id(), Optional.empty())
            .map(own::look)
            .orElse(AnswerValues.Look.OPEN)
        : AnswerValues.Look.NONE;
  }
}
