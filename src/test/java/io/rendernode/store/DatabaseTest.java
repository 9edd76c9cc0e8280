package io.rendernode.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.quarkus.arc.InjectableInstance;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseTest {

    @ParameterizedTest
    @CsvSource({"0, 5", "1, 5", "2, 6", "64, 68"})
    void eachSlotBeyondTheFirstBringsAConnection(int slots, int connections) throws SQLException {
        try (AgroalDataSource pool = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(settings -> settings.maxSize(5)
                        .connectionFactoryConfiguration(connection -> connection.jdbcUrl("jdbc:sqlite::memory:"))))) {
            InjectableInstance<AgroalDataSource> ours = TestStore.instance(pool);

            new Database(true, slots, ours, ours, null, null);

            assertThat(pool.getConfiguration().connectionPoolConfiguration().maxSize())
                    .isEqualTo(connections);
        }
    }
}
