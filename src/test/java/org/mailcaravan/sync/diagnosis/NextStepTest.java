package org.mailcaravan.sync.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.model.NextStep;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;

class NextStepTest {
  private static final String WORDS =
      "src/main/resources/org/mailcaravan/sync/diagnosis/server-words.txt";

  private static Stream<String> ofMeanings() {
    return Stream.of(ProblemCode.values())
        .flatMap(
            code ->
                Stream.of(Prospect.values())
                    .map(prospect -> new Meaning(code, prospect, null, Owner.CUSTOMER, null)))
        .flatMap(
            meaning -> Stream.of(Side.values()).map(side -> ProblemWords.nextStep(meaning, side)))
        .map(NextStep::words);
  }

  private static Stream<String> ofTls() {
    return Stream.of(Reason.values())
        .flatMap(
            reason -> Stream.of(Side.values()).map(side -> ProblemWords.nextStep(reason, side)));
  }

  private static Stream<String> ofServersWords() throws IOException {
    return Files.readAllLines(Path.of(WORDS)).stream()
        .filter(line -> line.startsWith("next: ") || line.startsWith("there: "))
        .map(line -> NextStep.of(line.substring(line.indexOf(' ') + 1)).words());
  }

  static Stream<String> steps() throws IOException {
    return Stream.of(ofMeanings(), ofTls(), ofServersWords()).flatMap(each -> each).distinct();
  }

  /** What somebody does, as a sentence: it begins with a verb and has an end. */
  @ParameterizedTest
  @MethodSource("steps")
  void aNextStepTellsSomebodyWhatToDo(String step) {
    assertThat(step)
        .matches(
            "(Ask|Book|Check|Correct|Fetch|Fix|Free|Give|Have|Lower|Make|Raise|Read|Run|See|Set|Try|Use|Wait|Write) .*\\.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{again}                     | Run it at ten.",
        "Lower it. {again}           | Lower it. Run it at ten.",
        "{again} It ends by itself.  | Run it at ten. It ends by itself.",
        "Ask for more. {again} It is slow. | Ask for more. Run it at ten. It is slow.",
        "Fetch a new token.          | Fetch a new token. Run it at ten.",
      })
  void aTimeTakesThePlaceOfRunningTheRequestAgainLater(String sentences, String timed) {
    assertThat(NextStep.of(sentences).with("Run it at ten.")).isEqualTo(timed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Lower it.                | Lower it. At Gmail: do so.",
        "{again}                  | Run it at ten. At Gmail: do so.",
        "Wait. {again} It is slow. | Wait. Run it at ten. It is slow. At Gmail: do so.",
      })
  void whatElseToKnowComesLast(String sentences, String more) {
    NextStep step = NextStep.of(sentences).and("At Gmail: do so.");
    assertThat(step.isAgain() ? step.with("Run it at ten.") : step.words()).isEqualTo(more);
  }
}
