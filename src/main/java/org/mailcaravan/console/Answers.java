package org.mailcaravan.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RowProblem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what a route brings into a call, and what comes of it into an answer. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  /** An answer with a status of its own. */
  record Answer(int status, Object body, String type, Map<String, String> headers) {
    Answer {
      headers = Map.copyOf(headers);
    }

    static Answer ok(Object body) {
      return new Answer(200, body, Replies.JSON, Map.of());
    }

    static Answer nothing() {
      return new Answer(204, "", Replies.JSON, Map.of());
    }

    /** What people read. */
    static Answer text(String text, String type) {
      return new Answer(
          200, text.getBytes(StandardCharsets.UTF_8), type + "; charset=utf-8", Map.of());
    }
  }

  /** What a call does. */
  interface Work {
    Answer answer(Call call);
  }

  /** A call that a route has brought. */
  static final class Call {
    private final Exchange exchange;
    private final Query query;

    private Call(Exchange exchange, Query query) {
      this.exchange = exchange;
      this.query = query;
    }

    /** What stands in the path for a name. */
    String path(String name) {
      String value = exchange.getIn().getHeader(name, String.class);
      if (value == null || value.isEmpty()) {
        throw ApiError.bad("there is no " + name + " in the path", "Name one.");
      }
      return value;
    }

    Query query() {
      return query;
    }

    /** The body; empty when there is none. */
    Buffer body() {
      if (exchange.getIn().getBody() instanceof Buffer buffer) {
        return buffer;
      }
      // A route may have made something else of it.
      byte[] octets = exchange.getIn().getBody(byte[].class);
      return octets == null ? Buffer.buffer() : Buffer.buffer(octets);
    }

    /** The type of the body, in lower case and without parameters; empty when none is told. */
    String type() {
      return typeWithParameters().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** The type of the body as it was sent; empty when none is told. */
    String typeWithParameters() {
      String type = exchange.getIn().getHeader(NoForeignHeaders.TYPE, String.class);
      return type == null ? "" : type;
    }

    /** A header of the call, which no message has ({@link NoForeignHeaders}). */
    List<String> header(String name) {
      return exchange.getIn() instanceof HttpMessage message
          ? message.getRequest().headers().getAll(name)
          : List.of();
    }

    /** The language of answers that the caller wants; null where he does not say one. */
    @Nullable Language language() {
      return header("Accept-Language").stream()
          .findFirst()
          .flatMap(Language::preferred)
          .orElse(null);
    }

    /** What the server knows the call by; null outside of it. */
    @Nullable HttpServerRequest request() {
      return exchange.getIn() instanceof HttpMessage message ? message.getRequest() : null;
    }

    /** Whether the caller is on this machine, and no proxy here that speaks for others. */
    boolean isLocal() {
      return exchange.getIn() instanceof HttpMessage message
          && Callers.isLocal(message.getRequest());
    }
  }

  /**
   * Answers a call, whatever becomes of it.
   *
   * @param parameters the names that may stand behind the question mark
   */
  static void give(Exchange exchange, Set<String> parameters, Work work) {
    Message message = exchange.getMessage();
    try {
      String raw = exchange.getIn().getHeader(Exchange.HTTP_RAW_QUERY, String.class);
      Answer answer = work.answer(new Call(exchange, Query.of(raw, parameters)));
      answer.headers().forEach(message::setHeader);
      send(message, answer.status(), answer.type(), answer.body());
    } catch (ApiError e) {
      if (e.retryAfterSeconds() > 0) {
        message.setHeader(ApiError.RETRY_AFTER, e.retryAfterSeconds());
      }
      send(message, e.status(), Replies.PROBLEM, e.body());
    } catch (RequestRejected e) {
      send(message, 422, Replies.PROBLEM, Refused.of(e));
    } catch (MigrationException e) {
      send(message, 422, Replies.PROBLEM, Refused.of(List.of(e.problem()), List.of()));
    } catch (RuntimeException e) {
      LOG.error("the call {} failed", exchange.getFromRouteId(), e);
      send(
          message,
          500,
          Replies.PROBLEM,
          new ApiError.Body(
              "fault",
              "an error in this program, or its database is away",
              "Try again; the log of the service says more."));
    }
  }

  private static void send(Message message, int status, String type, Object body) {
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setHeader(Exchange.CONTENT_TYPE, type);
    message.setBody(
        body instanceof byte[] octets ? octets : status == 204 ? null : Json.octets(body));
  }

  /**
   * A request or an order that cannot be used; the first problem stands for all.
   *
   * @param rejected the problems of rows, where no row can be used
   */
  record Refused(
      String code, String cause, String nextStep, List<Found> problems, List<RowProblem> rejected) {
    static Refused of(RequestRejected refused) {
      if (refused.rows().isEmpty()) {
        return of(refused.problems(), List.of());
      }
      return new Refused(
          "no-good-row",
          "none of the rows can be used, and nothing was stored",
          "Correct the rows, and send the request again.",
          found(refused.problems()),
          refused.rows());
    }

    static Refused of(List<Problem> problems, List<RowProblem> rejected) {
      Problem first = problems.get(0);
      return new Refused(
          first.code().id(),
          first.place() + ": " + first.cause(),
          first.nextStep(),
          found(problems),
          rejected);
    }

    private static List<Found> found(List<Problem> problems) {
      return problems.stream().map(Found::of).toList();
    }
  }

  /** A problem, with its place in words and in parts. */
  record Found(
      String code,
      String severity,
      String place,
      Map<String, Object> parts,
      String cause,
      String owner,
      String nextStep) {
    static Found of(Problem problem) {
      return new Found(
          problem.code().id(),
          problem.severity().name().toLowerCase(Locale.ROOT),
          problem.place().toString(),
          problem.place().parts(),
          problem.cause(),
          problem.owner().words(),
          problem.nextStep());
    }
  }
}
