package org.mailcaravan.intake;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.intake.mail.Envelope;
import org.mailcaravan.intake.mail.MailFile;
import org.mailcaravan.intake.mail.MailReader;
import org.mailcaravan.intake.mail.ReceivedMail;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Sha256;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.store.AnswerThreads;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.LeftMails;
import org.mailcaravan.store.MailboxLogins;
import org.mailcaravan.store.PasswordTrials;
import org.mailcaravan.store.RowTrials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a mail to requests: the bean {@code mail-requests} of the routes. What a mail says in its
 * text is a request, and so is each list that is attached. Thread-safe.
 */
public final class MailRequests {
  private static final Logger LOG = LoggerFactory.getLogger(MailRequests.class);
  private static final Set<String> LISTS = Set.of("csv", "json", "xlsx", "xlsm", "tsv", "txt");

  /** To whoever answers with what only a request can say, such as the server alone. */
  private static final String NOT_WHOLE =
      "Your mail is no whole request, and nothing was changed. Please send us the request again as a whole: the e-mail"
          + " address, the password and the server of each mailbox.";

  /** The same, where no mailbox of the request could be used. */
  private static final String INCOMPLETE =
      "Your mail is no whole request, and of a request that we could not use we keep no password. Please send us the"
          + " request again as a whole: the e-mail address, the password and the server of each mailbox.";

  private static final String MISREAD =
      "We found no mailbox in your mail that we can move. Please write each one like this, every field on a line of its own:"
          + " \"E-mail address: anna@old.example\", \"Password: ...\" and \"IMAP server: imap.old.example\".";

  /** To an answer to our answer. */
  private static final String NO_PASSWORD =
      "We could not find the password in your mail. Please answer once more and write it on a line of its own: \"Password: ...\".";

  private static final int LONGEST_NAME = 60;

  private final MailReader mails;
  private final MailLabels labels;
  private final RequestReader ofListed;
  private final RequestReader ofOthers;
  private final Answers answers;
  private final AnswerThreads threads;
  private final MailboxLogins logins;
  private final PasswordTrials trials;
  private final Runnable goOn;
  private final Path folder;
  private final Set<Column> wanted;
  private final boolean provesDestination;
  private final @Nullable Pattern ticket;

  /**
   * @param goOn run before each part of a mail, which may take long
   * @param folder where contacts and calendars wait for their mailboxes
   * @param ticket finds the ticket in a subject, as its first group; null where none is looked for
   */
  public MailRequests(
      MailReader mails,
      MailLabels labels,
      RequestRules rules,
      SourceServers sources,
      Answers answers,
      AnswerThreads threads,
      MailboxLogins logins,
      PasswordTrials trials,
      Runnable goOn,
      Path folder,
      @Nullable Pattern ticket) {
    this.mails = mails;
    this.labels = labels;
    this.ofListed = new RequestReader(rules.withoutFolders(), sources);
    this.ofOthers = new RequestReader(rules.withoutFolders().withoutProfiles(), sources);
    this.answers = answers;
    this.threads = threads;
    this.logins = logins;
    this.trials = trials;
    this.goOn = goOn;
    this.folder = folder;
    this.ticket = ticket;
    this.provesDestination = rules.destinationPasswordRequired();
    this.wanted = Attachments.wanted(rules);
  }

  /**
   * A part of a mail that was not taken before.
   *
   * @param request null where it cannot be read
   * @param replyTo where its sender is told so
   * @param problems why it cannot be read
   * @param ordered what it asks for of a migration that stands; null where it asks for nothing
   */
  public record Part(
      @Nullable Request request, ReplyTo replyTo, List<Problem> problems, @Nullable Order ordered) {
    public Part {
      problems = List.copyOf(problems);
    }

    /** Whether it asks for something of a migration that stands. */
    public boolean isOrder() {
      return ordered != null;
    }

    Optional<Order> asked() {
      return Optional.ofNullable(ordered);
    }

    /** Whether it opens a migration. */
    public boolean opensMigration() {
      return request != null;
    }
  }

  /**
   * A mail that was read.
   *
   * @param isTaken whether it holds passwords that we have now; otherwise it waits for a person
   * @param parts what is to be done of it; empty when that was done before, or there is nothing
   * @param left why it stays, if it does
   */
  public record Read(boolean isTaken, List<Part> parts, LeftMails.Left left) {
    public Read {
      parts = List.copyOf(parts);
    }
  }

  /** The address that a mail comes from, as it claims; empty where it has none, or several. */
  public String sender(byte[] octets) {
    return mails.sender(octets);
  }

  /**
   * Reads a mail; stores nothing but its contacts and calendars.
   *
   * @param octets as they came; of one that is too large, one octet more than that is enough
   */
  public Read read(byte[] octets) {
    String key = HexFormat.of().formatHex(Sha256.digest().digest(octets));
    MailReader.Reading reading = mails.read(octets);
    if (reading instanceof MailReader.SentByProgram program) {
      return left(program.envelope(), "a program sent it: " + program.sign(), false);
    }
    if (reading instanceof MailReader.Held held) {
      return left(held.envelope(), held.why(), true);
    }
    if (reading instanceof MailReader.Unreadable unreadable) {
      Envelope known = unreadable.envelope();
      Envelope envelope =
          known.withSubject(
              new RepeatedPasswords(labels, List.of(), Stream.empty(), Stream.empty())
                  .inSubject(known.subject()));
      LOG.warn("the mail of {} cannot be read: {}", sender(envelope), unreadable.why());
      return new Read(
          false,
          untaken(
              List.of(
                  explained(
                      envelope,
                      key,
                      List.of("Your mail cannot be read: " + unreadable.why() + ".")))),
          new LeftMails.Left(
              envelope.sender(),
              VisibleText.of(unreadable.why()) + ", as its sender was told",
              true));
    }
    return requests(((MailReader.Read) reading).mail(), key);
  }

  private static Read left(Envelope envelope, String why, boolean waits) {
    String visible = VisibleText.of(why);
    LOG.info("the mail of {} stays where it is: {}", sender(envelope), visible);
    return new Read(false, List.of(), new LeftMails.Left(envelope.sender(), visible, waits));
  }

  private static String sender(Envelope envelope) {
    return envelope.sender().isEmpty() ? "nobody" : VisibleText.of(envelope.sender());
  }

  /**
   * What a mail asks for, before it is looked at.
   *
   * @param body what its text says
   * @param order what its text asks for of a migration that stands; null where it asks for nothing
   * @param lists the files that may be lists
   * @param note the file that says what the text does not; null where there is none
   */
  private record Asked(
      MailBody.Found body,
      @Nullable Order order,
      List<AttachedList> lists,
      @Nullable AttachedList note) {
    boolean isAnything() {
      return !body.rows().isEmpty()
          || order != null
          || lists.stream().anyMatch(list -> list.raw() != null);
    }

    Stream<RawRow> allRows() {
      return Stream.concat(
          body.rows().stream(),
          lists.stream()
              .flatMap(list -> Optional.ofNullable(list.raw()).stream())
              .flatMap(raw -> raw.rows().stream()));
    }

    Stream<Secret> ordered() {
      return order == null
          ? Stream.empty()
          : order.passwords().stream().map(Order.NewPassword::password);
    }
  }

  private Asked asked(ReceivedMail mail, Optional<AnswerThreads.Known> thread) {
    List<AttachedList> lists =
        mail.files().stream()
            .filter(file -> LISTS.contains(MailFile.ending(file.name())))
            .map(AttachedList::parse)
            .toList();
    Order order = thread.map(known -> order(mail, known)).orElse(null);
    MailBody.Found body = body(mail.texts(), mail.envelope());
    if (order != null && !order.namesNoOther()) {
      order = order.withoutPasswords();
    } else if (order != null && !order.passwords().isEmpty()) {
      body = MailBody.Found.NOTHING;
    }
    if (order != null && order.isEmpty()) {
      order = null;
    }
    if (!body.rows().isEmpty() || order != null) {
      return new Asked(body, order, lists, null);
    }
    // Some write into a file of their own what others write into the mail.
    for (AttachedList list : lists) {
      if (list.isNote()) {
        MailBody.Found written = body(List.of(list.text()), mail.envelope());
        if (!written.rows().isEmpty()) {
          return new Asked(written, null, lists, list);
        }
      }
    }
    return new Asked(body, null, lists, null);
  }

  private Read requests(ReceivedMail mail, String key) {
    Optional<AnswerThreads.Known> thread = thread(mail);
    Asked asked = asked(mail, thread);
    List<String> named = new ArrayList<>(List.of(mail.envelope().subject()));
    mail.files().forEach(file -> named.add(file.name()));
    RepeatedPasswords passwords =
        new RepeatedPasswords(labels, named, asked.allRows(), asked.ordered());
    Envelope envelope =
        mail.envelope()
            .in(language(mail, asked.lists(), thread))
            .withSubject(passwords.inSubject(mail.envelope().subject()));
    List<MailFile> files =
        mail.files().stream().map(file -> file.named(passwords.inName(file.name()))).toList();
    List<MailFile> attached = files.stream().filter(Attachments::isAttachment).toList();
    Attachments attachments =
        new Attachments(folder.resolve(key.substring(0, 32)), attached, wanted);
    List<UnusedFile> unused =
        files.stream()
            .filter(
                file -> !attached.contains(file) && !LISTS.contains(MailFile.ending(file.name())))
            .flatMap(file -> UnusedFile.of(file).stream())
            .toList();
    List<String> notes = new ArrayList<>(asked.body().notes());
    notes.addAll(refused(mail));
    unused.forEach(file -> notes.add(file.note()));

    List<Draft> drafts = new ArrayList<>();
    if (!asked.body().rows().isEmpty()) {
      RawRequest raw = RawRequest.ofMail(attachments.addTo(asked.body().rows()));
      drafts.add(new Draft(name(envelope), raw, List.of()));
    }
    for (AttachedList list : asked.lists()) {
      RawRequest raw = list.raw();
      String name = passwords.inName(list.name());
      if (raw != null) {
        drafts.add(new Draft(name, raw.with(attachments.addTo(raw.rows())), List.of()));
      } else if (!asked.isAnything() || !list.isNote()) {
        drafts.add(new Draft(name, null, list.named(name).problems()));
      } else if (!list.equals(asked.note())) {
        notes.add(UnusedFile.note(name));
      }
    }
    notes.addAll(attachments.notes());

    AllowedRows allowed = new AllowedRows(mail, provesDestination, logins, new RowTrials(trials));
    List<Part> parts = new ArrayList<>();
    if (asked.order() != null) {
      parts.add(new Part(null, replyTo(envelope, key, notes), List.of(), asked.order()));
    }
    for (Draft draft : drafts) {
      ReplyTo to = replyTo(envelope, own(key, parts), parts.isEmpty() ? notes : List.of());
      parts.add(part(draft, to, attachments, mail, allowed));
    }
    boolean isMisread = !mail.refused().isEmpty() || unused.stream().anyMatch(UnusedFile::isList);
    if (parts.isEmpty()
        && thread.stream().flatMap(known -> orders(mail, known)).anyMatch(Order::namesOthers)) {
      notes.add(
          thread.stream().allMatch(known -> known.mailboxes().isEmpty()) ? INCOMPLETE : NOT_WHOLE);
      isMisread = true;
    } else if (parts.isEmpty()
        && !isMisread
        && (asked.body().isMeant() || attached.stream().anyMatch(Attachments::isExport))) {
      notes.add(MISREAD);
      isMisread = true;
    }
    if (parts.isEmpty()
        && !isMisread
        && thread.isPresent()
        && mail.texts().stream().flatMap(String::lines).anyMatch(labels::saysPassword)) {
      notes.add(NO_PASSWORD);
      isMisread = true;
    }
    if (parts.isEmpty() && isMisread) {
      parts.add(explained(envelope, key, notes));
    }
    if (parts.isEmpty()) {
      return left(envelope, "it names no mailbox with a password or server", true);
    }
    return new Read(
        parts.stream().anyMatch(part -> part.opensMigration() || part.isOrder()),
        untaken(parts),
        new LeftMails.Left(
            envelope.sender(), "nothing in it can be read, as its sender was told", true));
  }

  /** What the first of these texts says that is a request. */
  private MailBody.Found body(List<String> texts, Envelope envelope) {
    List<MailBody.Found> all =
        texts.stream().map(text -> MailBody.read(text, labels, envelope.sender())).toList();
    return all.stream()
        .filter(found -> !found.rows().isEmpty())
        .findFirst()
        .or(() -> all.stream().filter(MailBody.Found::isMeant).findFirst())
        .orElse(MailBody.Found.NOTHING);
  }

  /** A request before its rows are looked at; without what was parsed where it cannot be. */
  private record Draft(String name, @Nullable RawRequest raw, List<Problem> problems) {}

  /** The key of the next part of a mail. */
  private static String own(String key, List<Part> before) {
    return before.isEmpty() ? key : key + "-" + (before.size() + 1);
  }

  /** The migration that our answer before a mail told of; empty where the mail answers none. */
  private Optional<AnswerThreads.Known> thread(ReceivedMail mail) {
    Envelope envelope = mail.envelope();
    return envelope.isForward()
        ? Optional.empty()
        : threads.find(envelope.references(), envelope.sender());
  }

  /** What the mail asks for of that migration, if it asks. */
  private @Nullable Order order(ReceivedMail mail, AnswerThreads.Known thread) {
    return orders(mail, thread).filter(found -> !found.isEmpty()).findFirst().orElse(null);
  }

  private Stream<Order> orders(ReceivedMail mail, AnswerThreads.Known thread) {
    return mail.texts().stream().map(text -> OrderText.read(text, labels, thread));
  }

  /** That of our answer before it; else as its labels or words, its header or its lists say. */
  private @Nullable Language language(
      ReceivedMail mail, List<AttachedList> lists, Optional<AnswerThreads.Known> thread) {
    return thread
        .map(AnswerThreads.Known::language)
        .or(() -> MailLanguage.of(mail.texts(), labels))
        // Some mail programs write their own language there.
        .or(() -> Optional.ofNullable(mail.envelope().language()))
        .or(() -> lists.stream().flatMap(list -> list.language().stream()).findFirst())
        .orElse(null);
  }

  private List<Part> untaken(List<Part> parts) {
    return parts.stream().filter(part -> !answers.isTaken(part.replyTo().key())).toList();
  }

  private Part part(
      Draft draft, ReplyTo to, Attachments attachments, ReceivedMail mail, AllowedRows allowed) {
    RawRequest raw = draft.raw();
    if (raw == null) {
      LOG.warn("a list of {} cannot be read: {}", sender(mail.envelope()), draft.problems());
      return new Part(null, to, draft.problems(), null);
    }
    goOn.run();
    Path written = attachments.write();
    Request request = (mail.listed() ? ofListed : ofOthers).read(draft.name(), raw, written);
    Request known = allowed.of(request).from(to);
    return new Part(
        known.ofTicket(ticket(mail.listed(), to.subject(), known)), to, List.of(), null);
  }

  /** Whoever is not listed could have us write into the ticket of somebody else. */
  private String ticket(boolean isListed, String subject, Request request) {
    if (!isListed || ticket == null || !request.ticket().isEmpty()) {
      return isListed ? request.ticket() : "";
    }
    Matcher found = ticket.matcher(subject);
    String number = found.find() ? found.group(1) : null;
    // Subjects have the number that customers see.
    return number != null && OptionCheck.isTicket(number) ? "#" + number : "";
  }

  private static List<String> refused(ReceivedMail mail) {
    return mail.refused().stream()
        .map(file -> VisibleText.of(file.name()) + " cannot be read: " + file.why() + ".")
        .toList();
  }

  private static Part explained(Envelope envelope, String key, List<String> notes) {
    return new Part(null, replyTo(envelope, key, notes), List.of(), null);
  }

  private static ReplyTo replyTo(Envelope envelope, String key, List<String> notes) {
    return new ReplyTo(
        key,
        envelope.sender(),
        envelope.subject(),
        envelope.messageId(),
        envelope.references(),
        notes,
        envelope.language());
  }

  /** After the subject; the request has no file. */
  private static String name(Envelope envelope) {
    String plain =
        envelope.subject().replaceAll("[^\\p{L}\\p{N} _@-]+", " ").replaceAll(" +", " ").strip();
    String cut = plain.substring(0, Math.min(plain.length(), LONGEST_NAME)).strip();
    return (cut.isEmpty() ? "mail" : cut) + ".mail";
  }

  /** The request of a part that {@link Part#opensMigration}. */
  public Request request(Part part) {
    return Objects.requireNonNull(part.request());
  }

  /** Tells the sender of a part that it cannot be used, and why. */
  public void explain(Part part) {
    answers.queue(Answers.Answer.ofUnread(part.replyTo(), part.problems()));
  }
}
