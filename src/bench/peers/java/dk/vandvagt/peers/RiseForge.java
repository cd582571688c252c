package dk.vandvagt.peers;

import com.espertech.esper.common.client.hook.aggfunc.AggregationFunction;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionFactory;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionFactoryContext;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionForge;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionMode;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionModeManaged;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionValidationContext;
import com.espertech.esper.common.client.hook.forgeinject.InjectionStrategyClassNewInstance;
import com.espertech.esper.common.client.type.EPTypeClass;
import com.espertech.esper.common.client.type.EPTypePremade;

/**
 * The plug-in aggregation {@code rise(reading)} over a data window: Esper's own {@code linest} knows neither spikes nor the
 * median of three.
 */
public final class RiseForge implements AggregationFunctionForge {
    @Override
    public void validate(AggregationFunctionValidationContext context) {
        // the module is our own
    }

    @Override
    public EPTypeClass getValueType() {
        return EPTypePremade.DOUBLEBOXED.getEPType();
    }

    @Override
    public AggregationFunctionMode getAggregationFunctionMode() {
        return new AggregationFunctionModeManaged()
                .setInjectionStrategyAggregationFunctionFactory(
                        new InjectionStrategyClassNewInstance(RiseFactory.class));
    }

    /** One per statement. */
    public static final class RiseFactory implements AggregationFunctionFactory {
        @Override
        public AggregationFunction newAggregator(AggregationFunctionFactoryContext context) {
            return new Rise();
        }
    }

    private static final class Rise implements AggregationFunction {
        private final TrendWindow window = new TrendWindow();

        @Override
        public void enter(Object reading) {
            LevelReading level = (LevelReading) reading;
            window.add(level.getObservedAtMs(), level.getValue());
        }

        @Override
        public void leave(Object reading) {
            window.removeOldest();
        }

        @Override
        public Object getValue() {
            return window.risePerHour();
        }

        @Override
        public void clear() {
            window.clear();
        }
    }
}
