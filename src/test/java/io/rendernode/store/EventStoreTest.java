package io.rendernode.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.rendernode.Await;
import io.rendernode.TestPostgres;
import io.rendernode.job.EventStore;
import io.rendernode.job.EventStore.Kind;
import io.rendernode.job.EventStore.Noted;
import io.rendernode.job.EventStore.Position;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is noted of jobs: all of it, once, in an order that nothing comes into afterwards. */
class EventStoreTest {
    @TempDir
    Path folder;

    private TestStore open(boolean shared) throws SQLException {
        return shared ? TestStore.postgres(TestPostgres.newDatabase("")) : TestStore.sqlite(folder);
    }

    private static void store(TestStore store, TaskId task, int number, String... views) {
        List<FrameFile> files = new ArrayList<>();
        for (String view : views) {
            files.add(new FrameFile(task, number, "", view, 1, "f" + view, 1, Instant.EPOCH, 1, 1.0, Instant.EPOCH));
        }
        files.add(new FrameFile(task, number, "Depth/Z", "", 1, "z", 1, Instant.EPOCH, 1, 1.0, Instant.EPOCH));
        store.sql.transaction(() -> new FrameStore(store.sql).insert(files));
    }

    private static void start(TestStore store, long job) {
        store.jobs.start(job, Instant.EPOCH);
    }

    private static List<String> told(List<Noted> noted) {
        return noted.stream()
                .map(one -> one.job() + " " + (one.kind() == Kind.FRAME ? one.frame() : one.code()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatHappensToJobsIsNotedOnceInOrder(boolean shared) throws Exception {
        try (TestStore store = open(shared)) {
            EventStore events = new EventStore(store.sql, store.database);
            assertThat(events.last()).isEqualTo(Position.START);
            store.addJob(1, 4);
            start(store, 1);
            start(store, 1);
            TaskId task = new TaskId(1, 2);
            store(store, task, 3, "_L", "_R");
            store(store, task, 3, "_L", "_R");
            store.sql.update("INSERT INTO job_warning (job_id, number, code, name, message)"
                    + " VALUES (1, 0, 'missing_file', 'a', 'b')");
            store.addJob(2, 1);
            List<Noted> all = events.after(Position.START, null, 100);
            assertThat(told(all)).containsExactly("1 queued", "1 running", "1 3", "1 missing_file", "2 queued");
            assertThat(told(events.after(all.get(1).position(), 1L, 100))).containsExactly("1 3", "1 missing_file");
            assertThat(told(events.after(all.get(0).position(), null, 2))).containsExactly("1 running", "1 3");
            assertThat(events.last()).isEqualTo(all.get(4).position());
            Position frame = all.get(2).position();
            assertThat(Position.parse(frame.toString())).contains(frame);
            assertThat(events.isKnown(frame)).isTrue();
            assertThat(events.isKnown(new Position(frame.transaction() + 1_000_000, 0)))
                    .isFalse();
            assertThat(events.frames(frame, frame, null).stream()
                            .map(file -> file.output() + file.viewSuffix())
                            .toList())
                    .containsExactly("_L", "_R", "Depth/Z");
            assertThat(events.frames(frame, frame, 2L)).isEmpty();
            events.forgetOld();
            assertThat(store.count("job_event")).isEqualTo(5);
            store.sql.update("UPDATE job_event SET noted_at = noted_at - 90000000 WHERE job_id = 1");
            events.forgetOld();
            assertThat(told(events.after(Position.START, null, 100))).containsExactly("2 queued");
            store.sql.update("DELETE FROM job WHERE id = ?", 2);
            assertThat(store.count("job_event")).isZero();
        }
    }

    @Test
    void nothingIsToldThatSomethingElseMayStillComeBefore() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (TestStore store = open(true)) {
            EventStore events = new EventStore(store.sql, store.database);
            store.addJob(1, 2);
            store.addJob(2, 1);
            Position before = events.last();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            Future<?> slow = other.submit(() -> store.sql.transaction(() -> {
                // It has its number in the order from here on.
                store.sql.update("UPDATE job SET priority = 1 WHERE id = 2");
                begun.countDown();
                await(goOn);
                start(store, 2);
                store.sql.update("UPDATE job SET state = 'failed' WHERE id = 1");
            }));
            await(begun);
            start(store, 1);
            store(store, new TaskId(1, 0), 1, "");
            assertThat(events.after(before, null, 10)).isEmpty();
            goOn.countDown();
            slow.get();
            assertThat(told(events.after(before, null, 10)))
                    .as("a job's end comes last, though its transaction began first")
                    .containsExactly("2 running", "1 running", "1 1", "1 failed");
        } finally {
            other.shutdown();
        }
    }

    @Test
    void ofManyThatWriteAtOnceAReaderMissesNothingAndHearsNothingTwice() throws Exception {
        int writers = 4;
        int frames = 100;
        ExecutorService threads = Executors.newCachedThreadPool();
        try (TestStore store = open(true)) {
            EventStore events = new EventStore(store.sql, store.database);
            List<Long> jobs = List.of(1L, 2L, 3L);
            for (long job : jobs) {
                store.addJob(job, writers);
            }
            Position begin = events.last();
            List<Future<?>> work = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int position = writer;
                work.add(threads.submit(() -> {
                    for (int number = 1; number <= frames; number++) {
                        int frame = position * frames + number;
                        for (long job : jobs) {
                            store(store, new TaskId(job, position), frame, "");
                        }
                    }
                }));
            }
            List<Noted> heard = new ArrayList<>();
            Consumer<Position> read = from -> {
                for (List<Noted> some = events.after(from, null, 50); !some.isEmpty(); ) {
                    heard.addAll(some);
                    some = events.after(some.get(some.size() - 1).position(), null, 50);
                }
            };
            while (heard.size() < jobs.size() * writers * frames) {
                boolean done = work.stream().allMatch(Future::isDone);
                read.accept(
                        heard.isEmpty() ? begin : heard.get(heard.size() - 1).position());
                if (done) {
                    break;
                }
            }
            for (Future<?> one : work) {
                Await.get(one);
            }
            assertThat(heard).hasSize(jobs.size() * writers * frames);
            assertThat(Set.copyOf(told(heard))).hasSize(heard.size());
        } finally {
            threads.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopping) {
            throw new AssertionError(stopping);
        }
    }
}
