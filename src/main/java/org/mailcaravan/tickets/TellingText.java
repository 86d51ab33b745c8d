package org.mailcaravan.tickets;

import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.ProblemStatus;
import org.mailcaravan.report.Amounts;
import org.mailcaravan.report.CustomerFile;
import org.mailcaravan.report.CustomerWords;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Receiver;
import org.mailcaravan.store.Tellings.Telling;
import org.mailcaravan.store.ToldMigrations;

/**
 * What a message about a migration says, filled from the database and the DNS at the moment when it
 * is told. It loads what it shows, however large the migration is. Thread-safe.
 */
public final class TellingText {
  private static final int MOST_DOMAINS = 100;

  /** Domains that are looked at in the DNS for one message: each may take most of a minute. */
  private static final int MOST_RECORDS = 5;

  private static final int MOST_LISTED = 20;

  /** Characters of one line; some servers answer with whole pages. */
  private static final int LONGEST = 800;

  /** What is false when the migration is over: a receiver may have been away for days. */
  private static final Set<MigrationMessage> TOO_LATE =
      EnumSet.of(
          MigrationMessage.STARTED,
          MigrationMessage.SLIPPED,
          MigrationMessage.NEEDS_ATTENTION,
          MigrationMessage.FIRST_PASS_DONE,
          MigrationMessage.LAPSED);

  private final ToldMigrations migrations;
  private final Answers answers;
  private final Words words;
  private final HandOver handOver;
  private final Clock clock;

  /**
   * How it is said.
   *
   * @param templates by their languages, {@code usual} among them
   * @param sentences of the same languages
   * @param usual the language of messages on requests that do not tell theirs, and of all that is
   *     for the people of the hosting provider alone
   * @param zone of the times that it tells
   * @param accepted says of a request what its answer does
   */
  public record Words(
      Map<Language, TellingTemplates> templates,
      Map<Language, AnswerTemplates> sentences,
      Language usual,
      ZoneId zone,
      AnswerText accepted) {
    public Words {
      templates = Map.copyOf(templates);
      sentences = Map.copyOf(sentences);
    }
  }

  /**
   * What a customer gets from us.
   *
   * @param records the lines to publish in the DNS of a domain
   * @param isWatched whether we see by ourselves that they are published
   * @param settings the settings of mail programs for a domain, in a language
   * @param files those that go with the last mail of a migration, in the words of a language
   */
  public record HandOver(
      Function<String, List<String>> records,
      boolean isWatched,
      BiFunction<String, Language, List<String>> settings,
      BiFunction<String, UnaryOperator<String>, List<CustomerFile>> files) {}

  /**
   * @param clock a forecast that has passed is not told
   */
  public TellingText(
      ToldMigrations migrations, Answers answers, Words words, HandOver handOver, Clock clock) {
    this.migrations = migrations;
    this.answers = answers;
    this.words = words;
    this.handOver = handOver;
    this.clock = clock;
  }

  /** Thrown where all that was to be told is done. */
  static final class NothingToTell extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * The message. Not within a transaction, since it may ask the DNS for minutes.
   *
   * @throws NothingToTell when all of it was done meanwhile
   */
  TicketMessage of(Telling telling) {
    ToldMigrations.Told told = migrations.of(telling.migration()).orElseThrow(NothingToTell::new);
    if (told.stage().isOver() && TOO_LATE.contains(telling.message())) {
      throw new NothingToTell();
    }
    Language language = language(telling);
    boolean hasFiles =
        telling.message() == MigrationMessage.COMPLETE && migrations.isCompared(told.id());
    List<CustomerFile> files = files(telling, language);
    TellingValues values = values(telling, told, language).files(hasFiles, files);
    TellingTemplates.Forms forms = templatesOf(language).fill(values.all());
    if (telling.message() == MigrationMessage.ACCEPTED) {
      forms = withAnswer(forms, telling.migration(), language);
    }
    return new TicketMessage(
        telling.event(),
        telling.at(),
        telling.message().id(),
        telling.receiver(),
        told.id(),
        VisibleText.of(told.name()),
        told.ticket() == null ? "" : VisibleText.of(told.ticket()),
        told.stage().id(),
        told.mailboxes(),
        migrations.domains(told.id(), MOST_DOMAINS),
        VisibleText.of(telling.reason()),
        language.word(),
        forms.subject().isEmpty() ? told.id() : forms.subject(),
        forms.plain(),
        forms.html(),
        telling.message().isInternal(),
        telling.message() == MigrationMessage.CLOSED
            && !migrations.isTicketOfAnother(telling.migration()),
        hasFiles,
        files);
  }

  /** The APIs of help desks take files in ways of their own; programs fetch them from ours. */
  private List<CustomerFile> files(Telling telling, Language language) {
    return telling.message() == MigrationMessage.COMPLETE
            && telling.receiver().equals(Receiver.MAIL)
        ? handOver.files.apply(telling.migration(), word(language)::translated)
        : List.of();
  }

  /** What the answer to the request says, before the words of the template. */
  private TellingTemplates.Forms withAnswer(
      TellingTemplates.Forms forms, String request, Language language) {
    List<String> notes =
        answers.ofRequest(request).map(of -> of.answer().to().notes()).orElse(List.of());
    AnswerText.Forms answer =
        words.accepted.forms(Answers.Answer.of(request, new Caller(null, notes, language)));
    return new TellingTemplates.Forms(
        forms.subject(), answer.plain().strip() + "\n\n" + forms.plain(), answer.html());
  }

  private Language language(Telling telling) {
    Language asked =
        telling.message().isInternal()
            ? null
            : answers
                .ofRequest(telling.migration())
                .map(of -> of.answer().to().language())
                .orElse(null);
    return asked != null && words.templates.containsKey(asked) ? asked : words.usual;
  }

  private TellingTemplates templatesOf(Language language) {
    return Objects.requireNonNull(words.templates.get(language));
  }

  private TellingValues values(Telling telling, ToldMigrations.Told told, Language language) {
    ToldMigrations.Domains domains = migrations.countDomains(told.id());
    TellingValues values =
        new TellingValues(told.id(), telling.event())
            .is(telling.message(), true)
            .reason(VisibleText.of(telling.reason()))
            .mailboxes(told.mailboxes(), count(told.mailboxes(), language))
            .isOurs(domains.areOurs());
    if (told.forecast() != null && told.forecast().isAfter(clock.instant())) {
      values.doneBy(word(language).time(told.forecast(), words.zone));
    }
    return switch (telling.message()) {
      case NEEDS_CUSTOMER -> steps(told.id(), values, language);
      case FIRST_PASS_DONE -> records(told.id(), domains, values, language);
      case CUTOVER ->
          settings(
              told.id(),
              elsewhere(
                  elsewhereOf(telling), domains(telling, domains, values, language), language),
              language);
      case LAPSED -> domains(telling, domains, values, language);
      case COMPLETE -> complete(told.id(), values, language);
      case NEEDS_ATTENTION -> forUs(told.id(), values, language);
      case ACCEPTED, STARTED, SLIPPED, CLOSED, CANCELLED -> values;
    };
  }

  private TellingValues steps(String migration, TellingValues values, Language language) {
    int all = migrations.countSteps(migration);
    if (all == 0) {
      throw new NothingToTell();
    }
    List<TellingValues.Step> first =
        migrations.steps(migration, MOST_LISTED).stream()
            .map(
                step ->
                    new TellingValues.Step(
                        VisibleText.of(step.address()),
                        cause(step.problem().cause(), language),
                        Preflight.mayBeMissing(step.problem())
                            ? ""
                            : sentence(step.problem().nextStep(), language)))
            .toList();
    return values.steps(first, more(all - first.size(), language));
  }

  private TellingValues records(
      String migration, ToldMigrations.Domains domains, TellingValues values, Language language) {
    if (domains.areOurs()) {
      throw new NothingToTell();
    }
    List<String> open = migrations.domains(migration, false, MOST_LISTED);
    int all = domains.all() - domains.ours();
    return values
        .domains(open, more(all - MOST_LISTED, language))
        .isWatched(handOver.isWatched)
        .incomplete(incomplete(migration, language))
        .records(lines(open), more(all - MOST_RECORDS, language));
  }

  /** Those that the event names; all that it can be about where it names none. */
  private TellingValues domains(
      Telling telling, ToldMigrations.Domains domains, TellingValues values, Language language) {
    List<String> named = named(telling);
    if (!named.isEmpty()) {
      return values.domains(
          named.stream().limit(MOST_LISTED).toList(), more(named.size() - MOST_LISTED, language));
    }
    boolean isOurs = telling.message() == MigrationMessage.CUTOVER;
    return values.domains(
        migrations.domains(telling.migration(), isOurs, MOST_LISTED),
        more((isOurs ? domains.ours() : domains.all() - domains.ours()) - MOST_LISTED, language));
  }

  private List<String> named(Telling telling) {
    return migrations.domainsAmong(
        telling.migration(),
        Arrays.stream(telling.reason().split("[\\s,;:\"()]+", -1))
            .map(word -> word.endsWith(".") ? word.substring(0, word.length() - 1) : word)
            .filter(word -> word.contains("."))
            .distinct()
            .toList());
  }

  /** Of those that the event is about: others have events of their own. */
  private List<String> elsewhereOf(Telling telling) {
    List<String> all = elsewhere(telling.migration(), true);
    List<String> named = named(telling);
    return named.isEmpty() ? all : all.stream().filter(named::contains).toList();
  }

  /**
   * Where we should not say that nothing arrives at the old provider, since the DNS says it does.
   */
  private List<String> elsewhere(String migration, boolean said) {
    return handOver.isWatched ? migrations.elsewhere(migration, said, MOST_DOMAINS) : List.of();
  }

  private TellingValues elsewhere(List<String> all, TellingValues values, Language language) {
    return values
        .elsewhere(
            all.stream().limit(MOST_LISTED).collect(Collectors.joining(", ")),
            more(all.size() - MOST_LISTED, language))
        .records(lines(all), more(all.size() - MOST_RECORDS, language));
  }

  private List<TellingValues.Lines> lines(List<String> domains) {
    return domains.stream()
        .limit(MOST_RECORDS)
        .map(domain -> new TellingValues.Lines(domain, handOver.records.apply(domain)))
        .filter(each -> !each.lines().isEmpty())
        .toList();
  }

  private TellingValues complete(String migration, TellingValues values, Language language) {
    List<String> elsewhere = elsewhere(migration, false);
    return left(
        migration,
        elsewhere(elsewhere, settings(migration, values, language), language)
            .isQuiet(elsewhere.isEmpty() && migrations.isQuiet(migration)),
        language,
        each -> left(each, language));
  }

  private TellingValues settings(String migration, TellingValues values, Language language) {
    List<TellingValues.Lines> lines =
        migrations.newDomains(migration, MOST_RECORDS).stream()
            .map(
                domain ->
                    new TellingValues.Lines(domain, handOver.settings.apply(domain, language)))
            .filter(each -> !each.lines().isEmpty())
            .toList();
    return values.settings(lines);
  }

  /** As our own reports have it: all of it in English, with what we have to do. */
  private TellingValues forUs(String migration, TellingValues values, Language language) {
    return left(
        migration,
        values,
        language,
        problem ->
            new TellingValues.Step(
                VisibleText.of(problem.source()),
                cut(placed(problem, problem.place(), problem.cause())),
                cut(problem.nextStep())));
  }

  private TellingValues left(
      String migration,
      TellingValues values,
      Language language,
      Function<ProblemStatus, TellingValues.Step> words) {
    Set<String> withheld = migrations.askedForByOthersBefore(migration);
    List<ProblemStatus> problems =
        migrations.problems(migration, MOST_LISTED + 1).stream()
            .filter(problem -> !withheld.contains(problem.mailbox()))
            .toList();
    return values
        .incomplete(incomplete(migration, language))
        .left(
            problems.stream().limit(MOST_LISTED).map(words).toList(),
            problems.size() > MOST_LISTED ? "…" : "");
  }

  private String incomplete(String migration, Language language) {
    int mailboxes = migrations.incomplete(migration);
    return mailboxes == 0 ? "" : count(mailboxes, language);
  }

  private TellingValues.Step left(ProblemStatus problem, Language language) {
    CustomerWords said = new CustomerWords(english -> sentence(english, language), true);
    return new TellingValues.Step(
        VisibleText.of(problem.source()),
        placed(
            problem,
            sentence(problem.place(), language),
            withoutStop(said.cause(problem.code(), problem.cause()))),
        said.nextStep(problem.owner().equals("us"), problem.code(), problem.nextStep()));
  }

  /** With its place, where that says more than whose mailbox it is. */
  private static String placed(ProblemStatus problem, String place, String cause) {
    boolean isMailbox =
        problem.place().equals(Where.MAILBOX.toString())
            || problem.place().equals(problem.source());
    return isMailbox ? cause : place + ": " + cause;
  }

  private AnswerTemplates word(Language language) {
    AnswerTemplates own = words.sentences.get(language);
    return Objects.requireNonNull(own == null ? words.sentences.get(words.usual) : own);
  }

  private String count(long number, Language language) {
    return word(language).translated(Amounts.count(number));
  }

  private String more(int number, Language language) {
    return number > 0 ? count(number, language) : "";
  }

  private String cause(String english, Language language) {
    return withoutStop(sentence(english, language));
  }

  private static String withoutStop(String words) {
    return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
  }

  private String sentence(@Nullable String english, Language language) {
    return cut(word(language).translated(String.valueOf(english)));
  }

  private static String cut(String text) {
    String words = VisibleText.of(text);
    return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…";
  }
}
