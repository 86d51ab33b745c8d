package org.mailcaravan.tickets;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;
import org.mailcaravan.report.Amounts;

/** What is known of a request, in the words of one language. Thread-safe. */
final class AnswerWords {
  /** Sentences on how a request was read. */
  private static final int MOST_OF_READING = 20;

  /** Problems, and hints, of one mailbox; "check" and "show" have all. */
  private static final int MOST_OF_MAILBOX = 5;

  /** Characters; some servers answer with whole pages. */
  private static final int LONGEST = 800;

  private static final String GOES_ON = "…";

  /** The kind of a request that stands in the text of a mail, as its reading has it. */
  private static final String IN_TEXT = "text of a mail";

  /** How a note begins that each mailbox says better. */
  private static final String NO_PASSWORD = "No password stands on ";

  private final AnswerTemplates templates;
  private final Language language;
  private final boolean createsMailboxes;

  /**
   * @param language of the templates
   * @param createsMailboxes whether the program has a missing mailbox created by itself
   */
  AnswerWords(AnswerTemplates templates, Language language, boolean createsMailboxes) {
    this.templates = templates;
    this.language = language;
    this.createsMailboxes = createsMailboxes;
  }

  /** Values that have nothing to say yet. */
  AnswerValues values() {
    return new AnswerValues(count -> templates.translated(Amounts.count(count)));
  }

  /** A sentence, fit to be shown. */
  String told(String english) {
    String sentence = VisibleText.of(templates.translated(english));
    return sentence.length() <= LONGEST ? sentence : sentence.substring(0, LONGEST) + GOES_ON;
  }

  String time(Instant moment, ZoneId zone) {
    return templates.time(moment, zone);
  }

  String plain(Map<String, Object> values) {
    return templates.plain(values);
  }

  String html(Map<String, Object> values) {
    return templates.html(values);
  }

  AnswerValues.Mailbox mailbox(Mailbox mailbox, boolean awaitsPassword, AnswerValues.Look look) {
    boolean stays = mailbox.sourceAddress().equalsIgnoreCase(mailbox.destinationAddress());
    return new AnswerValues.Mailbox(
        VisibleText.of(mailbox.sourceAddress()),
        mailbox.source().host(),
        stays ? "" : VisibleText.of(mailbox.destinationAddress()),
        awaitsPassword,
        look);
  }

  AnswerValues.Look look(Preflight found) {
    boolean counted = found.source().ok() && found.source().folders() > 0;
    boolean missing = !createsMailboxes && found.mayBeMissing();
    List<Problem> problems =
        found.problems().stream()
            .filter(each -> !missing || !Preflight.mayBeMissing(each))
            .toList();
    return new AnswerValues.Look(
        false,
        found.allGood(),
        counted ? templates.translated(Amounts.count(found.source().messages())) : "",
        counted && found.source().bytes() >= 0
            ? templates.translated(Amounts.bytes(found.source().bytes()))
            : "",
        missing,
        faults(problems, MOST_OF_MAILBOX),
        Math.max(0, problems.size() - MOST_OF_MAILBOX),
        found.notes().stream().limit(MOST_OF_MAILBOX).map(this::told).toList());
  }

  /**
   * What the customer has to do for a mailbox, and nothing else of it.
   *
   * @param steps not empty
   */
  AnswerValues.Look steps(List<Problem> steps) {
    List<Problem> problems = steps.stream().filter(each -> !Preflight.mayBeMissing(each)).toList();
    return new AnswerValues.Look(
        false,
        false,
        "",
        "",
        problems.size() < steps.size(),
        faults(problems, MOST_OF_MAILBOX),
        Math.max(0, problems.size() - MOST_OF_MAILBOX),
        List.of());
  }

  /**
   * @param reading of the request; whoever wrote no list is told no names of columns
   */
  AnswerValues.RowFault fault(RowProblem problem, RequestReading reading) {
    String line = String.valueOf(problem.line());
    String value = VisibleText.of(problem.value());
    String what = told(problem.problem());
    String remedy = told(problem.remedy());
    return reading.kind().equals(IN_TEXT)
        ? new AnswerValues.RowFault(
            line,
            FieldWords.of(language).getOrDefault(problem.column(), problem.column()),
            value.equals(Secret.MASK) ? "" : value,
            FieldWords.inText(what, language),
            FieldWords.inText(remedy, language))
        : new AnswerValues.RowFault(
            line, problem.column(), value, FieldWords.inList(what), FieldWords.inList(remedy));
  }

  List<AnswerValues.Fault> faults(List<Problem> problems, int most) {
    return problems.stream()
        .limit(most)
        .map(
            problem ->
                new AnswerValues.Fault(
                    VisibleText.of(problem.place().toString()),
                    problem.place() instanceof Where.InFile file ? place(file) : "",
                    withoutStop(FieldWords.inList(told(cause(problem)))),
                    told(problem.owner().words()),
                    FieldWords.inList(told(step(problem)))))
        .toList();
  }

  private String place(Where.InFile file) {
    return told(file.file())
        + (file.line() == 0 ? "" : " " + told("line " + file.line()))
        + (file.resource().isEmpty() ? "" : " (UID " + file.resource() + ")");
  }

  /** The words of our own faults are for the log. */
  private static String cause(Problem problem) {
    return problem.code() == ProblemCode.FAULT
        ? "our program has made a mistake here"
        : problem.cause();
  }

  /** The template ends it, and many servers have done so already. */
  private static String withoutStop(String cause) {
    return cause.endsWith(".") ? cause.substring(0, cause.length() - 1) : cause;
  }

  /** What the customer has to do: nothing where it is ours. The table of sentences says "you". */
  private static String step(Problem problem) {
    return problem.owner() == Owner.US ? "We take care of it." : problem.nextStep();
  }

  /** What is no surprise is left out. */
  List<String> reading(RequestReading reading) {
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
    return Stream.concat(
            ignored, reading.notes().stream().filter(note -> !note.startsWith(NO_PASSWORD)))
        .limit(MOST_OF_READING)
        .map(this::told)
        .map(FieldWords::inList)
        .toList();
  }
}
