package org.mailcaravan.server;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Ready-made {@link Behaviour}s; more are made of a predicate and an {@link Answer}. */
public final class Behaviours {
  private Behaviours() {}

  /** Answers some commands otherwise, and does not carry them out. */
  public static Behaviour instead(Predicate<ImapCommand> when, Answer answer) {
    return (command, usual) -> when.test(command) ? answer : usual.get();
  }

  /** Answers some commands with a tagged response, such as {@code NO [UNAVAILABLE] later}. */
  public static Behaviour refusing(Predicate<ImapCommand> when, String tagged) {
    return instead(when, Answer.tagged(tagged));
  }

  /** Carries some commands out, and changes what is told of it. */
  public static Behaviour telling(Predicate<ImapCommand> when, UnaryOperator<Answer> change) {
    return (command, usual) -> when.test(command) ? change.apply(usual.get()) : usual.get();
  }

  /** Another behaviour, only for the first so many of the commands that it is for. */
  public static Predicate<ImapCommand> first(int times, Predicate<ImapCommand> when) {
    AtomicInteger left = new AtomicInteger(times);
    return command -> when.test(command) && left.getAndDecrement() > 0;
  }

  /** All but the first so many. */
  public static Predicate<ImapCommand> after(int times, Predicate<ImapCommand> when) {
    AtomicInteger left = new AtomicInteger(times);
    return command -> when.test(command) && left.getAndDecrement() <= 0;
  }

  public static Predicate<ImapCommand> named(String... names) {
    return command -> command.is(names);
  }

  public static Predicate<ImapCommand> login() {
    return named("LOGIN", "AUTHENTICATE");
  }

  /** A fetch of contents that asks for one of these messages, alone or with others. */
  public static Predicate<ImapCommand> fetching(Collection<Long> uids) {
    return command -> command.fetchesContent() && command.uids().stream().anyMatch(uids::contains);
  }

  /** An APPEND of a message that holds these words, alone or with others. */
  public static Predicate<ImapCommand> appending(Collection<String> words) {
    return command ->
        command.given().stream()
            .anyMatch(given -> words.stream().anyMatch(given.octets()::contains));
  }

  /** Gives messages up to the first of these, and then ends otherwise. */
  public static Behaviour givingUntil(Collection<Long> uids, Function<Answer, Answer> then) {
    return (command, usual) -> {
      if (!fetching(uids).test(command)) {
        return usual.get();
      }
      List<String> before =
          usual.get().untagged().stream()
              .takeWhile(line -> !uids.contains(Answer.uid(line)))
              .toList();
      return then.apply(Answer.silence().withUntagged(before));
    };
  }

  /** Changes what FETCH says of these messages; null leaves the message out. */
  public static Behaviour rewritingFetch(
      Predicate<ImapCommand> when, Collection<Long> uids, UnaryOperator<@Nullable String> change) {
    return telling(
        when,
        answer ->
            answer.mapped(
                line ->
                    line != null && uids.contains(Answer.uid(line)) ? change.apply(line) : line));
  }

  /** Changes what APPEND gives before it is stored; null stores nothing of it and says OK. */
  public static Behaviour storing(UnaryOperator<ImapCommand.@Nullable Given> change) {
    return (command, usual) -> {
      if (!command.is("APPEND")) {
        return usual.get();
      }
      List<ImapCommand.Given> changed =
          command.given().stream()
              .flatMap(given -> Stream.ofNullable(change.apply(given)))
              .toList();
      command.given().clear();
      command.given().addAll(changed);
      return changed.isEmpty() ? Answer.ok("stored") : usual.get();
    };
  }

  /** Says OK and its usual code to APPEND, and stores nothing of what it is for. */
  public static Behaviour pretending(Predicate<ImapCommand> when) {
    return (command, usual) -> {
      if (!when.test(command)) {
        return usual.get();
      }
      Answer answer = usual.get();
      HostAccount account = command.session().account();
      HostFolder folder = account == null ? null : account.find(command.folder());
      if (folder != null) {
        folder.remove(appendedUids(answer));
      }
      return answer;
    };
  }

  private static List<Long> appendedUids(Answer answer) {
    Matcher told =
        Pattern.compile("APPENDUID \\d+ (\\d+)(?::(\\d+))?")
            .matcher(String.valueOf(answer.tagged()));
    if (!told.find()) {
      return List.of();
    }
    long first = Long.parseLong(told.group(1));
    long last = told.group(2) == null ? first : Long.parseLong(told.group(2));
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  /** Says OK to a FETCH that came before the one before was answered, and nothing else. */
  public static Behaviour emptyWhenPipelined() {
    return (command, usual) ->
        command.pipelined() && command.is("UID FETCH")
            ? Answer.ok("FETCH completed.")
            : usual.get();
  }

  /** Never answers what came before the command before was answered. */
  public static Behaviour losingPipelinedInput() {
    return (command, usual) -> {
      Answer answer = usual.get();
      if (command.is("SELECT", "EXAMINE", "UID FETCH", "APPEND")) {
        command.session().loseInput();
      }
      return answer;
    };
  }

  /** Works on one command at a time, and refuses what comes before it has answered. */
  public static Behaviour oneCommandAtATime(String tagged) {
    return (command, usual) -> command.pipelined() ? Answer.tagged(tagged) : usual.get();
  }

  /** Answers so many commands on a connection, and hangs up at the next. */
  public static Behaviour closingAfter(int commands, Answer then) {
    return (command, usual) -> command.number() > commands ? then : usual.get();
  }

  /** Lets so many connections log in at once or in all. */
  public static Behaviour allowing(int connections, String tagged) {
    Set<Integer> let = ConcurrentHashMap.newKeySet();
    return (command, usual) -> {
      if (login().test(command)) {
        let.removeIf(
            number ->
                command.session().host().sessions().stream()
                    .noneMatch(each -> each.number() == number && !each.hasEnded()));
        if (let.size() >= connections) {
          return Answer.tagged(tagged);
        }
        let.add(command.session().number());
      }
      return usual.get();
    };
  }

  /** Refuses each flag that begins otherwise than with a backslash. */
  public static Behaviour refusingKeywords(String tagged) {
    return (command, usual) -> {
      boolean keywords =
          command.is("APPEND")
              ? command.given().stream().anyMatch(given -> hasKeyword(given.flags()))
              : command.is("UID STORE")
                  && command.text().matches("(?s).*FLAGS[^(]*\\(.*[( ][^\\\\ ].*");
      return keywords ? Answer.tagged(tagged) : usual.get();
    };
  }

  private static boolean hasKeyword(Set<String> flags) {
    return flags.stream().anyMatch(flag -> !flag.startsWith("\\"));
  }

  /** Hides or changes folders in LIST, LSUB, XLIST and LIST-STATUS answers; null drops one. */
  public static Behaviour listing(UnaryOperator<@Nullable String> change) {
    return telling(named("LIST", "LSUB", "XLIST"), answer -> answer.mapped(change));
  }

  /** How a server tells that it works on only so many messages in one command (RFC 9738). */
  public enum Limit {
    /** As the RFC says: those with the highest UIDs, and OK. */
    OK_FROM_THE_LAST,
    OK_FROM_THE_FIRST,
    NO_FROM_THE_LAST,
    /** Nothing of it. */
    REFUSED
  }

  /** Works on at most so many messages in one command. */
  public static Behaviour limiting(int most, Limit how) {
    return (command, usual) -> {
      if (command.is("UID STORE", "UID MOVE", "UID COPY") && command.uids().size() > most) {
        return Answer.no("[MESSAGELIMIT " + most + "] too many messages for one command");
      }
      if (!command.is("UID FETCH") || command.uids().size() <= most) {
        return usual.get();
      }
      if (how == Limit.REFUSED) {
        return Answer.no("[MESSAGELIMIT " + most + "] too many messages for one command");
      }
      List<String> all = usual.get().untagged();
      boolean first = how == Limit.OK_FROM_THE_FIRST;
      List<String> some =
          first
              ? all.subList(0, Math.min(most, all.size()))
              : all.subList(Math.max(0, all.size() - most), all.size());
      long stopped = Answer.uid(some.get(first ? some.size() - 1 : 0));
      return Answer.tagged(
              (how == Limit.NO_FROM_THE_LAST ? "NO" : "OK")
                  + " [MESSAGELIMIT "
                  + most
                  + " "
                  + stopped
                  + "] some of them")
          .withUntagged(some);
    };
  }

  /** A line that would never come to an end: one octet at a time. */
  public static Behaviour dripping(Predicate<ImapCommand> when, long pauseMillis) {
    return (command, usual) -> {
      if (when.test(command)) {
        for (char octet : usual.get().octets(command.tag()).toCharArray()) {
          command.session().send(String.valueOf(octet));
          command.session().pause(pauseMillis);
        }
        return Answer.silence();
      }
      return usual.get();
    };
  }

  /** The same untagged response again and again, for ever. */
  public static Behaviour endless(
      Predicate<ImapCommand> when, Supplier<String> response, long pauseMillis) {
    return (command, usual) -> {
      while (when.test(command)) {
        command.session().send("* " + response.get() + "\r\n");
        command.session().pause(pauseMillis);
      }
      return usual.get();
    };
  }
}
