import { type GraphiQLPlugin, pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type Sample, samples } from './samples.ts';

const audiences = [...new Set(samples.map((sample) => sample.audience))];

function SamplesIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M5 4h14v16H5zM9 9h6M9 13h6M9 17h3" />
    </svg>
  );
}

function SamplesPanel() {
  const { addTab, setOperationName } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(pick('queryEditor', 'variableEditor'));
  function open(sample: Sample) {
    addTab();
    queryEditor?.setValue(sample.document);
    variableEditor?.setValue(JSON.stringify(sample.variables, null, 2));
    // The editor finds the name by itself, but only after a pause in which somebody may run the sample already.
    const [, operationName] = /^(?:query|mutation) (\w+)/m.exec(sample.document) ?? [];
    if (operationName !== undefined) setOperationName(operationName);
  }
  return (
    <section className="samples" aria-label="Samples">
      <h2>Samples</h2>
      {audiences.map((audience) => (
        <div key={audience}>
          <h3>{audience}</h3>
          {samples
            .filter((sample) => sample.audience === audience)
            .map((sample) => (
              <button type="button" key={sample.title} onClick={() => open(sample)}>
                {sample.title}
              </button>
            ))}
        </div>
      ))}
    </section>
  );
}

/** One query for each thing that an audience does most. */
export const samplesPlugin: GraphiQLPlugin = { title: 'Samples', icon: SamplesIcon, content: SamplesPanel };
