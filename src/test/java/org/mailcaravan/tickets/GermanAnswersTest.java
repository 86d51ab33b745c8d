package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Language;
import org.mailcaravan.providers.Provider;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.providers.ProvidersFile;

/** Whatever an answer can say, it can say in German, and without our own words to a customer. */
class GermanAnswersTest {
  private static final Path SOURCES = Path.of("src/main/java/org/mailcaravan");

  /** Whose sentences answers tell: the rows, files and mails of requests, orders, and looks. */
  private static final List<String> TOLD =
      List.of(
          "intake",
          "intake/mail",
          "model/rules/LeaveOut.java",
          "oauth/FirstLogins.java",
          "oauth/TokenProblems.java",
          "oauth/Tokens.java",
          "passes/Preflights.java",
          "providers/ClientConfig.java",
          "providers/ConfigFiles.java",
          "providers/Discovery.java",
          "providers/Dns.java",
          "providers/Finding.java",
          "providers/Search.java",
          "providers/UserName.java",
          "sync/diagnosis/AskedLater.java",
          "sync/diagnosis/Diagnosis.java",
          "sync/diagnosis/Meaning.java",
          "sync/diagnosis/ProblemWords.java",
          "sync/diagnosis/SeveralCauses.java",
          "sync/folders/CheckMailbox.java",
          "sync/folders/Exclusions.java",
          "sync/folders/FolderCaps.java",
          "sync/folders/FolderMapper.java",
          "sync/folders/Foresight.java",
          "sync/folders/FoundContents.java",
          "sync/folders/Listing.java",
          "sync/folders/MailBefore.java",
          "sync/folders/OnlyOnce.java",
          "sync/folders/PlanFolders.java",
          "sync/folders/SourceRoles.java",
          "sync/session/Logins.java",
          "sync/session/Patience.java",
          "sync/session/Problems.java",
          "sync/session/SelectedFolders.java",
          "sync/session/ServerManners.java",
          "sync/session/VainWaits.java",
          "imap/CertificateFault.java",
          "imap/Connector.java",
          "imap/Handshake.java",
          "imap/Login.java",
          "imap/LossDescription.java",
          "imap/PortProbe.java",
          "imap/Progress.java",
          "dav/CalendarIndex.java",
          "dav/CardSplitter.java",
          "dav/DavClient.java",
          "dav/DavCollection.java",
          "dav/DavSide.java",
          "dav/ExportArchive.java",
          "dav/FileProblems.java",
          "dav/GroupwareImport.java",
          "dav/IcalendarExport.java",
          "dav/ProviderImport.java",
          "dav/StrayLines.java",
          "dav/VcardExport.java",
          "dav/InFlight.java",
          "dav/ResourceImport.java",
          "passes/Passes.java",
          "sync/copy/AppendProblems.java",
          "sync/copy/HeldBack.java",
          "sync/copy/LateArrivals.java",
          "sync/copy/MessageBatches.java",
          "sync/copy/ReadingTrial.java",
          "sync/copy/UngivenMessages.java",
          "sync/copy/UntoldFlags.java",
          "sync/MailboxOperations.java",
          "sync/folders/KnownFolders.java",
          "sync/folders/OtherFolders.java",
          "sync/session/DiskFull.java",
          "sync/verify/ComparisonProblems.java",
          "sync/verify/DestinationReading.java",
          "model/AwaitedPassword.java",
          "model/HostNames.java",
          "model/Where.java",
          "FoundServers.java",
          "GroupwareCheck.java",
          "PasswordTrial.java",
          "VaultCredentials.java",
          "tickets/AnswerWords.java");

  /** Of those, files that hold names and patterns, or tell only us or a program. */
  private static final Set<String> NAMES =
      Set.of(
          "Automatic.java",
          "Column.java",
          "HeaderNames.java",
          "HeaderlessForm.java",
          "HtmlText.java",
          "MailFile.java",
          "MailLabels.java",
          "OtherNames.java",
          "PrivateFile.java",
          "RawRow.java",
          "RepairList.java",
          "SenderCheck.java",
          "Upload.java",
          "UploadedForm.java",
          "Uploads.java");

  /** Sentences of them for us, next steps of ours, and parts of which the table has the whole. */
  private static final Path NOT_TOLD =
      Path.of("src/test/resources/org/mailcaravan/tickets/not-told.txt");

  /** Two English words in a row, which no name of a column, link or server has. */
  private static final Pattern TWO_WORDS =
      Pattern.compile("(?<![\\w./:_-])[a-z]{2,} [a-z]{2,}(?![\\w./_-])");

  @Test
  void everySentenceThatAnAnswerCanSayHasAGermanOne() throws IOException {
    Sentences german = Sentences.of(Language.GERMAN, Providers.NONE);
    Set<String> notTold = notTold();
    Set<String> english = new TreeSet<>();
    for (String sentence : told()) {
      if (!notTold.contains(sentence)) {
        if (!isGerman(german, sentence)) {
          english.add(sentence);
        }
      }
    }
    assertThat(english)
        .as("sentences.de.txt lacks these; what answers do not tell belongs into " + NOT_TOLD)
        .isEmpty();
  }

  /** Alone, or behind the name of a server or a file. */
  private static boolean isGerman(Sentences german, String sentence) {
    return Stream.of("", "Xq7 ", "Xq7: ")
        .map(before -> before + filled(sentence))
        .anyMatch(
            whole ->
                !german.translated(whole).equals(whole)
                    && !hasEnglish(sentence, german.translated(whole)));
  }

  private static String filled(String sentence) {
    return sentence.replace("{}", "Xq7");
  }

  private static boolean hasEnglish(String english, String translated) {
    String own = english.replace("{}", ".").replaceAll("\"[^\"]*\"|mailcaravan \\w+", ".");
    Matcher words = TWO_WORDS.matcher(own);
    List<String> left = new ArrayList<>();
    for (int at = 0; words.find(at); at = words.end() - words.group().split(" ", -1)[1].length()) {
      left.add(words.group());
    }
    return left.stream().anyMatch(translated::contains);
  }

  @Test
  void whatIsNotToldIsStillThere() throws IOException {
    Set<String> told = told();

    assertThat(notTold()).allMatch(told::contains);
  }

  @Test
  void whoeverReportsAProblemIsLookedAtOrWorksWhereNoAnswerTellsIt() throws IOException {
    List<String> elsewhere =
        List.of(
            // The start, routes and files of the program itself.
            "DataFolder",
            "DomainChecklists",
            "FolderLock",
            "MailboxApi",
            "PassLife",
            "ProgramLauncher",
            "ProviderLookup",
            "RouteFileCheck",
            "RouteMistakes",
            "ServiceWork",
            "yaml/YamlFile",
            "imap/TrustedTls",
            "intake/MailLabels",
            // What only a pass meets, which copies.
            "passes/ReturningPasses",
            "model/LeaseLost",
            "model/PassStopped",
            // The words themselves.
            "model/MailboxMaker",
            "model/Problem",
            "model/RowProblem",
            "intake/Uploads",
            "intake/PrivateFile",
            "intake/RawRow",
            "cli/",
            "component/",
            "console/",
            "demo/",
            "ext/",
            "report/",
            "routes/",
            "secrets/",
            "settings/",
            "store/",
            "sync/follow/",
            "sync/verify/");
    List<Path> told = files();
    try (Stream<Path> all = Files.walk(SOURCES)) {
      assertThat(
              all.filter(file -> file.toString().endsWith(".java"))
                  .filter(file -> !told.contains(file))
                  .filter(file -> read(file).matches("(?s).*new (Row)?Problem\\(.*"))
                  .map(file -> SOURCES.relativize(file).toString())
                  .filter(file -> elsewhere.stream().noneMatch(file::startsWith)))
          .isEmpty();
    }
  }

  @Test
  void noCustomerIsToldWhatWeWouldTellThem() throws IOException {
    Sentences english = Sentences.of(Language.ENGLISH, Providers.NONE);
    Set<String> notTold = notTold();

    assertThat(
            told().stream()
                .filter(sentence -> !notTold.contains(sentence))
                .map(sentence -> english.translated(filled(sentence)))
                .filter(
                    sentence ->
                        sentence.matches("(?s).*(the customer|[Rr]un the request again).*")))
        .isEmpty();
  }

  @Test
  void theHelpOfEveryProviderIsToldInGerman() {
    Providers providers = ProvidersFile.read(Path.of("config/providers.yaml"));
    Sentences german = Sentences.of(Language.GERMAN, providers);

    for (Provider provider : providers.all()) {
      assertThat(
              german.translated(
                  "Ask the customer to make an app password there, and put it into source_password. At "
                      + provider.name()
                      + ": "
                      + provider.help().words()))
          .startsWith("Bitte legen Sie dort ein App-Passwort an")
          .endsWith(
              " Bei "
                  + provider.name()
                  + ": "
                  + provider.help().de()
                  + " Mehr dazu: "
                  + provider.help().link());
    }
  }

  private static Set<String> told() throws IOException {
    Set<String> told = new TreeSet<>(ToldSentences.of(files()));
    told.addAll(ToldSentences.ofServerWords());
    return told;
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : TOLD) {
      Path place = SOURCES.resolve(name);
      if (Files.isDirectory(place)) {
        try (Stream<Path> inside = Files.list(place)) {
          inside
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !NAMES.contains(file.getFileName().toString()))
              .sorted()
              .forEach(files::add);
        }
      } else {
        files.add(place);
      }
    }
    return files;
  }

  private static Set<String> notTold() throws IOException {
    return Arrays.stream(Files.readString(NOT_TOLD).split("\n"))
        .filter(line -> !line.isEmpty() && !line.startsWith("# "))
        .collect(Collectors.toSet());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
