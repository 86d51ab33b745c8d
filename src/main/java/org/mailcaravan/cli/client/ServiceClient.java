package org.mailcaravan.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;

/**
 * Asks a service over its API. It follows no redirects and uses no proxy, so that the token goes
 * nowhere else. Thread-safe.
 *
 * <p>Each method throws {@link NoService} when nothing answers, {@link RequestRejected} when the
 * service refuses what was asked for, and {@link NeedsAttention} when it fails.
 */
public final class ServiceClient {
  private static final String API = "/api/v1/";
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int BUSY = 503;
  private static final String KEY = "Idempotency-Key";
  private static final int LARGEST_ANSWER = 64 * 1024 * 1024;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What the service says of a file that it does not find, or may not read. */
  private static final Set<String> NO_FILE = Set.of("no-file", "unreadable", "not-local");

  /** What the service says of an answer to a request that it cannot give yet. */
  private static final String NOT_READY = "no-answer";

  /** How long an answer may take. */
  public enum Patience {
    /** A look, or a change in the database. */
    USUAL(1),
    /** What logs in somewhere, or reads or writes a large file. */
    LONG(10);

    private final int times;

    Patience(int times) {
      this.times = times;
    }
  }

  /** A parameter of a query. */
  public record Parameter(String name, String value) {}

  private final ServicePlace place;
  private final Duration usual;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .proxy(HttpClient.Builder.NO_PROXY)
          .connectTimeout(CONNECT)
          .build();

  /**
   * @param place where the service answers
   */
  public ServiceClient(ServicePlace place) {
    this(place, Duration.ofSeconds(30));
  }

  /**
   * @param usual how long an answer may take, as a rule
   */
  ServiceClient(ServicePlace place, Duration usual) {
    this.place = place;
    this.usual = usual;
  }

  private Duration time(Patience patience) {
    return usual.multipliedBy(patience.times);
  }

  /** Where it asks. */
  public ServicePlace place() {
    return place;
  }

  /**
   * A path under {@code /api/v1/}.
   *
   * @param parts may hold any characters
   */
  public static String path(String... parts) {
    return Arrays.stream(parts).map(ServiceClient::encoded).collect(Collectors.joining("/"));
  }

  /** The JSON of a resource. */
  public JsonNode get(String path, Parameter... query) {
    return json(send(request(path, List.of(query), Patience.USUAL).GET().build(), Patience.USUAL));
  }

  /** A resource as text. */
  public String text(String path, Parameter... query) {
    HttpRequest request =
        request(path, List.of(query), Patience.USUAL)
            .setHeader("Accept", "text/plain")
            .GET()
            .build();
    return new String(send(request, Patience.USUAL), StandardCharsets.UTF_8);
  }

  /** A text of which the service may say that it is not ready yet; empty then. */
  public Optional<String> textIfReady(String path) {
    HttpRequest request =
        request(path, List.of(), Patience.USUAL).setHeader("Accept", "text/plain").GET().build();
    HttpResponse<byte[]> response = exchange(request, Patience.USUAL);
    return response.statusCode() == 404 && NOT_READY.equals(code(response.body()))
        ? Optional.empty()
        : Optional.of(new String(checked(response), StandardCharsets.UTF_8));
  }

  /** Asks for a change, without a body. */
  public JsonNode post(String path, Patience patience) {
    HttpRequest request =
        request(path, List.of(), patience)
            .setHeader("Content-Type", "application/json")
            .POST(BodyPublishers.noBody())
            .build();
    return json(send(request, patience));
  }

  /**
   * Sends a document.
   *
   * @param key makes the service do it once, however often it is sent
   */
  public JsonNode post(
      String path, List<Parameter> query, String type, BodyPublisher body, String key) {
    HttpRequest request =
        request(path, query, Patience.LONG)
            .setHeader("Content-Type", type)
            .setHeader(KEY, key)
            .POST(body)
            .build();
    return json(send(request, Patience.LONG));
  }

  /**
   * Names a file that the service is to read itself.
   *
   * @param key as for {@link #post}
   * @return empty when it cannot read it
   */
  public Optional<JsonNode> postFile(String path, String file, List<Parameter> more, String key) {
    HttpRequest request =
        request(
                path,
                Stream.concat(Stream.of(new Parameter("file", file)), more.stream()).toList(),
                Patience.LONG)
            .setHeader(KEY, key)
            .POST(BodyPublishers.noBody())
            .build();
    HttpResponse<byte[]> response = exchange(request, Patience.LONG);
    if (response.statusCode() / 100 == 4 && NO_FILE.contains(code(response.body()))) {
      return Optional.empty();
    }
    return Optional.of(json(checked(response)));
  }

  private static String code(byte[] body) {
    try {
      return MAPPER.readTree(body).path("code").asText();
    } catch (IOException e) {
      return "";
    }
  }

  /** Sends a secret as a field of a JSON object. It is in no message of this class. */
  public void put(String path, String field, String secret) {
    String body = JsonNodeFactory.instance.objectNode().put(field, secret).toString();
    HttpRequest request =
        request(path, List.of(), Patience.LONG)
            .setHeader("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body))
            .build();
    send(request, Patience.LONG);
  }

  private HttpRequest.Builder request(String path, List<Parameter> query, Patience patience) {
    String parameters =
        query.stream()
            .map(parameter -> parameter.name() + "=" + encoded(parameter.value()))
            .collect(Collectors.joining("&"));
    URI uri = URI.create(place.url() + API + path + (parameters.isEmpty() ? "" : "?" + parameters));
    return HttpRequest.newBuilder(uri)
        .timeout(time(patience))
        .setHeader("Authorization", "Bearer " + place.token().reveal())
        .setHeader("Accept", "application/json");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
  }

  private byte[] send(HttpRequest request, Patience patience) {
    return checked(exchange(request, patience));
  }

  private byte[] checked(HttpResponse<byte[]> response) {
    if (response.statusCode() / 100 == 2) {
      return response.body();
    }
    throw refused(response);
  }

  private HttpResponse<byte[]> exchange(HttpRequest request, Patience patience) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, head -> new BoundedBody(LARGEST_ANSWER));
    try {
      // The timeout of a request ends with the head of its answer.
      return answer.get(time(patience).toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw lost(request, "the command was interrupted");
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw lost(request, "there was no answer within " + time(patience).toSeconds() + " s");
    } catch (ExecutionException e) {
      throw failed(request, Objects.requireNonNullElse(e.getCause(), e), patience);
    }
  }

  private RuntimeException failed(HttpRequest request, Throwable cause, Patience patience) {
    if (cause instanceof HttpConnectTimeoutException) {
      return noAnswer("no connection came about within " + CONNECT.toSeconds() + " s");
    }
    if (cause instanceof HttpTimeoutException) {
      return lost(request, "there was no answer within " + time(patience).toSeconds() + " s");
    }
    if (cause instanceof ConnectException) {
      return noAnswer("nothing answers there (connection refused)");
    }
    if (cause instanceof IOException) {
      return lost(request, "the connection failed (" + words(cause) + ")");
    }
    return new IllegalStateException("a request to the service failed", cause);
  }

  private static String words(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : VisibleText.of(message);
  }

  /** A request that may have reached the service, whose answer has not come. */
  private NoService lost(HttpRequest request, String cause) {
    return request.method().equals("GET")
        ? noAnswer(cause)
        : new NoService(
            place.place(),
            cause + "; it is not known whether the service has done what it was asked for",
            "See with \"mailcaravan status\", or \"mailcaravan show\" for one mailbox or migration, whether it was done before you repeat it. The log of the service says what keeps it.");
  }

  /** A request that has changed nothing. */
  private NoService noAnswer(String cause) {
    return new NoService(place.place(), cause, place.startIt());
  }

  private RuntimeException refused(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status == 401) {
      return new RequestRejected(
          new Problem(
              place.place(),
              "the service does not accept the token",
              Owner.US,
              place.here()
                  ? "Restart the service if " + ServicePlace.TOKEN_FILE + " was changed."
                  : "Name the file api.token of its data folder with --token-file."));
    }
    List<Problem> problems = problems(response.body());
    if (problems.isEmpty()) {
      String cause = "what answers there is not Mail Caravan (status " + status + ")";
      // A proxy tells so that it has got no answer itself.
      return status >= 500 ? lost(response.request(), cause) : noAnswer(cause);
    }
    // A service that is busy has not begun it.
    return status >= 500 && status != BUSY
        ? new NeedsAttention(problems.get(0))
        : new RequestRejected(problems);
  }

  private List<Problem> problems(byte[] body) {
    JsonNode answer;
    try {
      answer = MAPPER.readTree(body);
    } catch (IOException e) {
      return List.of();
    }
    List<Problem> problems = new ArrayList<>();
    answer.path("problems").forEach(each -> problems.add(problem(each)));
    if (problems.isEmpty() && answer.has("cause")) {
      problems.add(problem(answer));
    }
    return problems;
  }

  private Problem problem(JsonNode answer) {
    String nextStep = answer.path("next_step").asText("");
    String where = answer.path("place").asText("");
    return new Problem(
        code(answer.path("code").asText("")),
        where.isEmpty() ? place.place() : Where.words(where),
        answer.path("cause").asText(""),
        owner(answer.path("owner").asText("")),
        nextStep.isEmpty() ? "See the log of the service." : nextStep);
  }

  private static ProblemCode code(String id) {
    return Arrays.stream(ProblemCode.values())
        .filter(code -> code.id().equals(id))
        .findFirst()
        .orElse(ProblemCode.OTHER);
  }

  private static Owner owner(String text) {
    String name = text.toUpperCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
    return Arrays.stream(Owner.values())
        .filter(owner -> owner.name().equals(name) || owner.words().equals(text))
        .findFirst()
        .orElse(Owner.US);
  }

  private JsonNode json(byte[] body) {
    try {
      return body.length == 0 ? JsonNodeFactory.instance.objectNode() : MAPPER.readTree(body);
    } catch (IOException e) {
      throw noAnswer("what answers there is not Mail Caravan");
    }
  }
}
