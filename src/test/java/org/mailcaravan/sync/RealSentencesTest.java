package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.diagnosis.AppendRefusal;
import org.mailcaravan.sync.diagnosis.Diagnosis;

/**
 * Sentences of many servers in many languages, none of which stands in {@code server-words.txt},
 * each with the cause that a careful person reads in it: whether the patterns catch their kind.
 */
class RealSentencesTest {
  private final Diagnosis diagnosis = new Diagnosis(Clock.systemUTC());

  @Test
  void eachSentenceIsUnderstoodAsACarefulPersonWould() throws IOException {
    List<String> missed = new ArrayList<>();
    int count = 0;
    for (String line : lines()) {
      String[] cells = line.split(" \\| ");
      assertThat(cells).as(line).hasSize(4);
      String found = understood(cells[0], cells[2]);
      if (!found.equals(cells[3])) {
        missed.add(line + " <> " + found);
      }
      count++;
    }
    assertThat(missed).isEmpty();
    assertThat(count).isGreaterThanOrEqualTo(200);
  }

  private String understood(String where, String answer) {
    ServerRefusal refusal = refusal(answer, where.equals("login-bad"));
    return switch (where) {
      case "login", "login-bad" -> {
        Problem problem = problem(new LoginRefused(refusal));
        assertThat(problem.cause()).contains(refusal.text());
        if (problem.code() == ProblemCode.LOGIN_REFUSED) {
          assertThat(problem.nextStep()).doesNotContain("right password");
        }
        yield problem.code().id();
      }
      case "greeting" ->
          problem(new ConnectFailed(Reason.TURNED_AWAY, "turns us away", answer, null)).code().id();
      case "command" -> problem(new CommandRefused("UID FETCH", refusal)).code().id();
      case "append" -> AppendRefusal.of(refusal).name();
      default -> throw new IllegalArgumentException(where);
    };
  }

  private Problem problem(ImapException failure) {
    return diagnosis
        .of(failure, Side.SOURCE, Where.folder("INBOX"), "imap.old.example:993")
        .problem();
  }

  private static ServerRefusal refusal(String answer, boolean bad) {
    int end = answer.startsWith("[") ? answer.indexOf(']') : -1;
    return new ServerRefusal(
        bad, end < 0 ? "" : answer.substring(1, end), answer.substring(end + 1).strip());
  }

  private static List<String> lines() throws IOException {
    try (InputStream in = RealSentencesTest.class.getResourceAsStream("sentences.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }
}
