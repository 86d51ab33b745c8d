package org.mailcaravan.tickets;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Forecasts;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.PreflightView;

/**
 * What an answer says, filled from the database: the same by mail, in a file and on the API.
 * Thread-safe.
 */
public final class AnswerText {
  /** Mailboxes, and problems, that an answer lists; the report has all. */
  private static final int MOST_LISTED = 100;

  /** Sentences on how a request was read. */
  private static final int MOST_OF_READING = 20;

  /** Hints on one mailbox; "check" and "show" have all. */
  private static final int MOST_HINTS = 5;

  private final Migrations migrations;
  private final PreflightView preflights;
  private final Forecasts forecasts;
  private final ZoneId zone;
  private final AnswerTemplates templates;
  private final boolean createsMailboxes;

  /**
   * @param zone of the times that it tells
   * @param createsMailboxes whether the program has a missing mailbox created by itself
   */
  public AnswerText(
      Migrations migrations,
      PreflightView preflights,
      Forecasts forecasts,
      ZoneId zone,
      AnswerTemplates templates,
      boolean createsMailboxes) {
    this.migrations = migrations;
    this.preflights = preflights;
    this.forecasts = forecasts;
    this.zone = zone;
    this.templates = templates;
    this.createsMailboxes = createsMailboxes;
  }

  /**
   * Both forms of an answer.
   *
   * @param plain with LF
   * @param html a page
   */
  record Forms(String plain, String html) {}

  /** Both, of which the database is asked once. */
  Forms forms(Answers.Answer answer) {
    Map<String, Object> values = values(answer);
    return new Forms(templates.plain(values), templates.html(values));
  }

  /** As plain text, with LF. */
  public String plain(Answers.Answer answer) {
    return templates.plain(values(answer));
  }

  /** As a page. */
  public String html(Answers.Answer answer) {
    return templates.html(values(answer));
  }

  /** To a request that cannot be used and is stored nowhere, as plain text. */
  public String plain(List<Problem> problems) {
    return templates.plain(new AnswerValues().faults(faults(problems)).all());
  }

  private Map<String, Object> values(Answers.Answer answer) {
    AnswerValues values =
        new AnswerValues()
            .notes(answer.to().notes().stream().map(templates::translated).toList())
            .faults(faults(answer.problems()));
    String request = answer.requestId();
    if (request != null) {
      Migration migration = migrations.migration(request);
      values.canBeAnswered(answer.isMail() && !migration.mailboxes().isEmpty());
      Set<String> awaiting = migrations.awaitingPassword(request);
      Map<String, Optional<Preflight>> looks = preflights.of(migration.id());
      values
          .migration(migration.id())
          .doneBy(
              forecasts
                  .doneBy(migration.id())
                  .map(moment -> templates.time(moment, zone))
                  .orElse(""),
              migration.rejected().isEmpty()
                  && awaiting.isEmpty()
                  && looks.values().stream().noneMatch(AnswerText::hasProblems),
              forecasts.isCopied(migration.id()))
          .mailboxes(
              migration.mailboxes().stream()
                  .limit(MOST_LISTED)
                  .map(
                      mailbox ->
                          mailbox(
                              mailbox,
                              awaiting.contains(mailbox.id()),
                              looks.containsKey(mailbox.id())
                                  ? look(looks.getOrDefault(mailbox.id(), Optional.empty()))
                                  : AnswerValues.Look.NONE))
                  .toList(),
              migration.mailboxes().size(),
              awaiting.size())
          .problems(
              migration.rejected().stream().limit(MOST_LISTED).map(this::fault).toList(),
              migration.rejected().size())
          .reading(reading(migration.reading()));
    }
    return values.all();
  }

  /** It is open, or this was found. */
  @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
  private AnswerValues.Look look(Optional<Preflight> preflight) {
    return preflight.map(this::look).orElse(AnswerValues.Look.OPEN);
  }

  private AnswerValues.Look look(Preflight found) {
    boolean counted = found.source().ok() && found.source().folders() > 0;
    boolean missing =
        !createsMailboxes
            && !found.destination().ok()
            && found.problems().stream().anyMatch(AnswerText::isMissing);
    return new AnswerValues.Look(
        false,
        found.allGood(),
        counted ? templates.translated(Amounts.count(found.source().messages())) : "",
        counted && found.source().bytes() >= 0
            ? templates.translated(Amounts.bytes(found.source().bytes()))
            : "",
        missing,
        faults(found.problems().stream().filter(each -> !missing || !isMissing(each)).toList()),
        found.notes().stream()
            .limit(MOST_HINTS)
            .map(templates::translated)
            .map(VisibleText::of)
            .toList());
  }

  @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
  private static boolean hasProblems(Optional<Preflight> look) {
    return look.filter(found -> !found.problems().isEmpty()).isPresent();
  }

  /** Most servers say the same of an unknown user and of a wrong password. */
  private static boolean isMissing(Problem problem) {
    return problem.owner() == Owner.US
        && (problem.code() == ProblemCode.NO_MAILBOX
            || problem.code() == ProblemCode.WRONG_PASSWORD
            || problem.code() == ProblemCode.LOGIN_REFUSED);
  }

  private static AnswerValues.Mailbox mailbox(
      Mailbox mailbox, boolean awaitsPassword, AnswerValues.Look look) {
    boolean stays = mailbox.sourceAddress().equalsIgnoreCase(mailbox.destinationAddress());
    return new AnswerValues.Mailbox(
        VisibleText.of(mailbox.sourceAddress()),
        mailbox.source().host(),
        stays ? "" : VisibleText.of(mailbox.destinationAddress()),
        awaitsPassword,
        look);
  }

  private AnswerValues.RowFault fault(RowProblem problem) {
    return new AnswerValues.RowFault(
        String.valueOf(problem.line()),
        problem.column(),
        VisibleText.of(problem.value()),
        templates.translated(problem.problem()),
        templates.translated(problem.remedy()));
  }

  private List<AnswerValues.Fault> faults(List<Problem> problems) {
    return problems.stream()
        .limit(MOST_LISTED)
        .map(
            problem ->
                new AnswerValues.Fault(
                    VisibleText.of(problem.place().toString()),
                    VisibleText.of(templates.translated(cause(problem))),
                    templates.translated(problem.owner().words()),
                    templates.translated(step(problem))))
        .toList();
  }

  /** The words of our own faults are for the log. */
  private static String cause(Problem problem) {
    return problem.code() == ProblemCode.FAULT
        ? "our program has made a mistake here"
        : problem.cause();
  }

  /** What the customer has to do: nothing where it is ours. The table of sentences says "you". */
  private static String step(Problem problem) {
    return problem.owner() == Owner.US ? "We take care of it." : problem.nextStep();
  }

  /** What is no surprise is left out. */
  private List<String> reading(RequestReading reading) {
    List<String> sentences = new ArrayList<>();
    Stream<String> ignored =
        reading.columns().stream()
            .filter(column -> !column.ignored().isEmpty())
            .map(
                column ->
                    "The column \"%s\" is ignored: %s."
                        .formatted(
                            column.header().isEmpty()
                                ? String.valueOf(column.place())
                                : column.header(),
                            column.ignored()));
    Stream.concat(ignored, reading.notes().stream())
        .limit(MOST_OF_READING)
        .map(templates::translated)
        .map(VisibleText::of)
        .forEach(sentences::add);
    return sentences;
  }
}
