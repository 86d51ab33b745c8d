package org.mailcaravan.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RequestReading.ReadColumn;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;

/**
 * Reads JSON (RFC 8259): an array of objects, or an object that has one as "mailboxes", perhaps
 * with the ticket of them all.
 */
final class JsonRows {
  private static final String MAILBOXES = "mailboxes";
  private static final String FORM =
      "Write [{\"source_email\": \"...\", ...}, ...] or {\"mailboxes\": [...]}.";

  /** Brackets within brackets; a request has three. */
  private static final int DEEPEST = 100;

  /** Problems of one entry that are told. */
  private static final int MOST_PROBLEMS = 20;

  private static final int MOST_MEMBERS = 100;

  /**
   * A member of an entry.
   *
   * @param text its value; of an array or object as it is written
   * @param names of files in an array; empty for anything else
   */
  private record Member(String name, JsonToken kind, String text, Optional<String> names) {}

  /** Long texts, names and numbers make only their entry a bad one. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(RequestText.LARGEST)
                  .maxNameLength(RequestText.LARGEST)
                  .maxNumberLength(RequestText.LARGEST)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private final RequestText text;
  private final String name;
  private final JsonParser json;
  private final List<RawRow> rows = new ArrayList<>();
  private final ReadingNotes notes = new ReadingNotes("object");

  /** What members were taken for, by their names. */
  private final Map<String, ReadColumn> read = new LinkedHashMap<>();

  private JsonRows(RequestText text, JsonParser json) {
    this.text = text;
    this.name = text.name();
    this.json = json;
  }

  /**
   * Reads all entries.
   *
   * @throws RequestRejected when it is not JSON, or JSON of another form
   */
  static RawRequest read(RequestText text) {
    try (JsonParser json = FACTORY.createParser(text.text())) {
      JsonRows reading = new JsonRows(text, json);
      try {
        reading.readAll();
      } catch (StreamConstraintsException e) {
        throw RequestText.rejected(
            reading.place(e.getLocation()),
            "there are brackets within brackets, more than " + DEEPEST + " of them",
            FORM);
      } catch (JsonProcessingException e) {
        // Its message can hold a piece of a password.
        throw RequestText.rejected(
            reading.place(e.getLocation()),
            "it begins as JSON and is not JSON from there on",
            "Look for a missing comma, quotation mark or bracket there or just before.");
      }
      return new RawRequest(
          new RawRequest.Json(),
          reading.rows,
          new RawRequest.Facts(
              new RequestReading(
                  "JSON",
                  "",
                  List.of(text.charset().words()),
                  List.copyOf(reading.read.values()),
                  List.of()),
              reading.notes,
              text.charset().isGuessed()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Where place(@Nullable JsonLocation found) {
    JsonLocation location = found == null ? json.currentLocation() : found;
    return Where.line(name, location.getLineNr()).column(location.getColumnNr());
  }

  private RequestRejected rejected(String cause) {
    return RequestText.rejected(place(json.currentTokenLocation()), cause, FORM);
  }

  private void readAll() throws IOException {
    if (json.nextToken() == JsonToken.START_ARRAY) {
      readArray();
    } else {
      readWrapper();
    }
    if (json.nextToken() != null) {
      throw rejected("something follows behind the end of the JSON");
    }
    if (rows.isEmpty()) {
      throw RequestText.rejected(
          Where.file(name), "there is no mailbox in it", "Add an object for each mailbox.");
    }
  }

  private void readWrapper() throws IOException {
    boolean found = false;
    String ticket = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      if (member.equalsIgnoreCase(Column.TICKET.word())) {
        JsonToken kind = json.nextToken();
        if (kind != JsonToken.VALUE_STRING && kind != JsonToken.VALUE_NUMBER_INT) {
          throw rejected("\"" + Column.TICKET.word() + "\" is no text");
        }
        ticket = json.getText();
        continue;
      }
      if (!member.equalsIgnoreCase(MAILBOXES)) {
        throw rejected(
            HeaderNames.knowsAny(List.of(member))
                ? "a mailbox stands there outside of an array"
                : "there is a member other than \"" + MAILBOXES + "\"");
      }
      if (found) {
        throw rejected("\"" + MAILBOXES + "\" is there twice");
      }
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw rejected("\"" + MAILBOXES + "\" is no array");
      }
      found = true;
      readArray();
    }
    String named = ticket;
    rows.replaceAll(row -> row.with(Map.of(Column.TICKET, named)));
  }

  private void readArray() throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      int number = rows.size() + 1;
      if (number > RequestText.MOST_ROWS) {
        throw RequestText.tooManyRows(name);
      }
      if (json.currentToken() == JsonToken.START_OBJECT) {
        rows.add(readObject(number));
      } else {
        int start = place();
        json.skipChildren();
        rows.add(
            RawRow.unreadable(
                number,
                "the entry is no object",
                FORM,
                new RawRow.Unsorted(Map.of(), false, textFrom(start))));
      }
    }
  }

  private RawRow readObject(int number) throws IOException {
    List<Member> members = new ArrayList<>();
    List<RowProblem> problems = new ArrayList<>();
    StringBuilder leftOver = new StringBuilder();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      JsonToken kind = json.nextToken();
      int start = place();
      Optional<String> names = kind == JsonToken.START_ARRAY ? names() : Optional.empty();
      json.skipChildren();
      String value = kind.isScalarValue() ? json.getText() : textFrom(start);
      if (members.size() == MOST_MEMBERS) {
        leaveOver(leftOver, value);
      } else if (kind != JsonToken.VALUE_NULL) {
        members.add(new Member(member, kind, value, names));
      } else if (!HeaderNames.knowsAny(List.of(member)) && problems.size() < MOST_PROBLEMS) {
        problems.add(unknown(number, member));
      }
    }
    if (members.size() == MOST_MEMBERS) {
      problems.add(
          new RowProblem(
              number, "", "", "the entry has " + MOST_MEMBERS + " members or more", FORM));
    }
    return row(number, members, problems, leftOver);
  }

  private RawRow row(
      int number, List<Member> members, List<RowProblem> problems, StringBuilder leftOver) {
    Map<Column, String> cells = new EnumMap<>(Column.class);
    List<HeaderNames.Meaning> meanings =
        HeaderNames.meanings(members.stream().map(Member::name).toList());
    boolean login = false;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      HeaderNames.Meaning meaning = meanings.get(i);
      if (problems.size() >= MOST_PROBLEMS) {
        leaveOver(leftOver, member.text());
      } else if (meaning instanceof HeaderNames.Of of) {
        login |= of.login();
        show(member.name(), of.column().word(), "");
        Optional<RowProblem> problem = put(number, of.column(), member, cells);
        problem.ifPresent(problems::add);
        if (problem.isPresent() && !member.kind().isScalarValue()) {
          leaveOver(leftOver, member.text());
        }
      } else if (meaning instanceof HeaderNames.Ignored ignored) {
        show(member.name(), "", ignored.why().why());
        notes.ignored(ignored.why(), number, Texts.trimmed(member.text()));
      } else {
        RowProblem problem =
            meaning instanceof HeaderNames.Again again
                ? twice(number, again.column())
                : unknown(number, member.name());
        if (problem.column().isEmpty()
            || problems.stream().noneMatch(told -> told.column().equals(problem.column()))) {
          problems.add(problem);
        }
        leaveOver(leftOver, member.text());
      }
    }
    if (login) {
      LoginNames.settle(cells, "");
    }
    return new RawRow(
        number, cells, problems, new RawRow.Unsorted(Map.of(), false, leftOver.toString()));
  }

  /** Puts a value into its column, and tells what is wrong with it. */
  private Optional<RowProblem> put(
      int number, Column column, Member member, Map<Column, String> cells) {
    boolean isText =
        member.kind() == JsonToken.VALUE_STRING
            || (member.kind() == JsonToken.VALUE_NUMBER_INT
                && (column.kind() == Column.Kind.PORT || column == Column.TICKET));
    if (member.kind() == JsonToken.START_ARRAY && column.kind() == Column.Kind.FILES) {
      member.names().ifPresent(names -> cells.put(column, names));
      return member.names().isPresent()
          ? Optional.empty()
          : Optional.of(
              problem(
                  number,
                  column,
                  "is an array with something else than names in it",
                  "Write an array of texts without \"|\", such as [\"a.vcf\", \"b.vcf\"]."));
    }
    if (member.kind().isScalarValue()) {
      cells.put(column, member.text());
    }
    if (isText) {
      notes.text(column, member.text(), number);
      return Optional.empty();
    }
    return Optional.of(
        problem(number, column, "is no text", "Put the value between quotation marks."));
  }

  private void show(String member, String column, String ignored) {
    read.putIfAbsent(
        Column.key(member),
        new ReadColumn(read.size() + 1, VisibleText.of(Texts.trimmed(member)), column, ignored));
  }

  private static void leaveOver(StringBuilder leftOver, String value) {
    leftOver.append(leftOver.isEmpty() ? "" : ",").append(value);
  }

  private int place() {
    return (int) json.currentTokenLocation().getCharOffset();
  }

  /** The text of the file up to the end of the last value. */
  private String textFrom(int start) throws IOException {
    json.finishToken();
    return text.text().substring(start, (int) json.currentLocation().getCharOffset());
  }

  /** The names of an array, joined as in CSV, or empty when it holds something else. */
  private Optional<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    boolean good = true;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      good &= json.currentToken() == JsonToken.VALUE_STRING;
      if (good) {
        names.add(json.getText());
        good = json.getText().indexOf(GroupwareColumn.SEPARATOR) < 0;
      }
      json.skipChildren();
    }
    return good
        ? Optional.of(String.join(String.valueOf(GroupwareColumn.SEPARATOR), names))
        : Optional.empty();
  }

  private static RowProblem twice(int number, Column column) {
    return problem(number, column, "is there twice", "Remove one of the two members.");
  }

  private static RowProblem problem(int number, Column column, String problem, String remedy) {
    return new RowProblem(
        number, column.word(), column.isPassword() ? Secret.MASK : "", problem, remedy);
  }

  /** The name is not shown: it may contain a part of a password. */
  private static RowProblem unknown(int number, String member) {
    return new RowProblem(
        number,
        "",
        "",
        Spelling.nearest(member, Column.words())
            .map(known -> "there is a member that is not known, did you mean " + known + "?")
            .orElse("there is a member that is not known"),
        "Correct the name or remove it; the members are "
            + String.join(", ", Column.words())
            + ".");
  }
}
